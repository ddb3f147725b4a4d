/* SPDX-License-Identifier: MIT
 * A socket's life as a client: connect, from before the SYN to after.
 */
#include "socket/client.h"

#include <errno.h>
#include <string.h>

#include "socket/track.h"
#include "state/match.h"
#include "state/fd_lock.h"
#include "state/journal_file.h"
#include "state/journal_write.h"
#include "sys/kernel.h"
#include "mend/set_sockopts.h"
#include "mend/deferred_bind.h"
#include "state/context.h"

static struct endpoint local_of(int fd, const struct fd_entry *slot)
{
	struct endpoint local = kernel_local(fd);

	if (bind_is_deferred(fd, slot))
		local.port = (uint16_t)bind_deferred_port(slot);
	return local;
}

static const struct rule *rule_of_connect(int fd, const struct fd_entry *slot,
					  const struct sockaddr *addr,
					  socklen_t len)
{
	struct sockaddr_storage name;
	struct endpoint local = {.known = false}, peer = {.known = false};

	if (match_uses_peer() &&
	    !track_copy_sockaddr(fd, &name, sizeof name, addr, len))
		peer = endpoint_of(&name, len);
	if (match_uses_local())
		local = local_of(fd, slot);
	return match_certain(DIRECTION_CONNECT, &local, &peer);
}

/* The port the program bound and will not get; 0: it gets its own. */
static int free_port(struct client_connect *attempt)
{
	const bool frees =
		attempt->rule && rule_has(attempt->rule, EPHEMERAL_PORT);

	if (bind_is_deferred(attempt->fd, attempt->slot)) {
		if (!frees)
			return bind_perform(attempt->fd, attempt->slot);
		attempt->freed_port = bind_deferred_port(attempt->slot);
	}
	if (frees && context_observes(attempt->rule))
		attempt->freed_port = kernel_local(attempt->fd).port;
	return 0;
}

/* What is said of the socket, not of one of its connections. */
#define OF_SOCKET (ENTRY_REUSEADDR_OFF | ENTRY_SHARED)

/* A second connect() asks how the first one went; but after a refusal, or
 * connect(AF_UNSPEC), it is the first of another connection. */
static bool has_connection(int fd, const struct fd_entry *slot)
{
	struct tcp_clocks tcp;

	return fd_facts(slot).flags & (ENTRY_CONNECTED | ENTRY_ACCEPTED) &&
	       !kernel_tcp_clocks(fd, &tcp) && tcp.state != STATE_CLOSE;
}

/* What was found out of its connection is past; what the program did to the
 * socket is not. */
static void forget_connection(int fd)
{
	const struct fd_entry *slot = fd_lookup(fd);

	if (slot && fd_facts(slot).flags & (ENTRY_CONNECTED | ENTRY_ACCEPTED))
		fd_track(fd, fd_facts(slot).flags & OF_SOCKET);
}

int client_before_connect(struct client_connect *attempt, int fd,
			  const struct sockaddr *addr, socklen_t len)
{
	struct strbuf done =
		strbuf_over(attempt->options, sizeof attempt->options);
	struct fd_entry *slot = track_get(fd);
	int failed;

	if (!slot || fd_has(slot, ENTRY_LISTENER))
		return 0;
	attempt->fd = fd;
	attempt->slot = slot;
	attempt->again = has_connection(fd, slot);
	if (attempt->again)
		return 0;
	attempt->rule = rule_of_connect(fd, slot, addr, len);
	failed = free_port(attempt);
	if (failed || !attempt->rule)
		return failed;
	sockopts_apply(fd, attempt->rule, AT_CONNECT, &done);
	connect_limit_set(&attempt->limit, fd, attempt->rule);
	return 0;
}

/* The kernel took the address, so it can be read: was there a peer in it? */
static bool has_peer(const struct sockaddr *addr, socklen_t len)
{
	return len >= sizeof addr->sa_family && addr->sa_family != AF_UNSPEC;
}

/* A client that calls a port of the local range on its own host while no
 * program listens there can meet itself (simultaneous open, RFC 9293 3.5). */
static bool met_itself(const struct client_connect *attempt,
		       const struct sockaddr *addr, socklen_t len)
{
	const struct endpoint target = endpoint_of(addr, len);
	struct endpoint local, peer;

	if (attempt->rule->value[SELF_CONNECT] != SELF_CONNECT_REFUSE ||
	    !target.known || !kernel_is_local_port(target.port))
		return false;
	local = kernel_local(attempt->fd);
	if (local.port != target.port)
		return false;
	peer = kernel_peer(attempt->fd);
	return peer.known && peer.port == local.port &&
	       !memcmp(peer.addr, local.addr, sizeof peer.addr);
}

static void record(const struct client_connect *attempt, enum event_id id,
		   const char *done, const struct endpoint *local,
		   const struct endpoint *peer)
{
	struct event e = event_of(id, attempt->fd, attempt->rule, done);

	e.local = *local;
	e.peer = *peer;
	e.cookie = kernel_cookie(attempt->fd);
	event_record(&e);
}

/* Undone before any close: a close would leave a TIME_WAIT on the very port
 * its server needs. The socket and its options stay as they were. */
static int refuse_itself(const struct client_connect *attempt)
{
	const struct endpoint local = kernel_local(attempt->fd);
	const bool observe = context_observes(attempt->rule);

	record(attempt, EVENT_SELF_CONNECT_REFUSED,
	       observe ? "would give ECONNREFUSED" : "ECONNREFUSED given",
	       &local, &local);
	if (observe)
		return 0;
	kernel_disconnect(attempt->fd);
	kernel_get(attempt->fd, SOL_SOCKET, SO_ERROR); /* taken */
	return -ECONNREFUSED;
}

static void record_port_freed(const struct client_connect *attempt,
			      const struct endpoint *local,
			      const struct endpoint *peer)
{
	char done[EVENT_DETAIL_MAX + 1];
	struct strbuf t = strbuf_over(done, sizeof done);

	if (!attempt->freed_port)
		return;
	strbuf_add(&t, "source port ");
	strbuf_add_number(&t, attempt->freed_port);
	strbuf_add(&t, context_observes(attempt->rule)
			       ? " asked for, would use another one"
			       : " asked for, another one used");
	record(attempt, EVENT_PORT_FREED, done, local, peer);
}

/* The kernel took the address: it can be read. A wildcard is the host. */
static struct endpoint peer_of(const struct client_connect *attempt,
			       const struct sockaddr *addr, socklen_t len)
{
	const struct endpoint peer = endpoint_of(addr, len);

	return endpoint_is_wildcard(&peer) ? kernel_peer(attempt->fd) : peer;
}

static void connected(const struct client_connect *attempt,
		      const struct endpoint *peer, bool decided)
{
	struct fd_entry *slot = fd_track(
		attempt->fd,
		ENTRY_CONNECTED | (fd_facts(attempt->slot).flags & OF_SOCKET));
	struct endpoint local;

	if (!slot || !attempt->rule)
		return;
	local = attempt->freed_port || *attempt->options ||
				track_keeps_names(attempt->rule)
			? kernel_local(attempt->fd)
			: (struct endpoint){.known = false};
	record_port_freed(attempt, &local, peer);
	if (*attempt->options)
		record(attempt, EVENT_OPTIONS_SET, attempt->options, &local,
		       peer);
	track_start(attempt->fd, slot, attempt->rule, &local, peer);
	if (!decided)
		connect_limit_hand_over(&attempt->limit, attempt->fd, slot);
}

/* It failed, or succeeded: the limit was for this connect() alone. */
static void decide(const struct client_connect *attempt, int error,
		   const struct sockaddr *addr, socklen_t len)
{
	struct endpoint local, peer;

	connect_limit_lift(&attempt->limit, attempt->fd);
	if (!attempt->limit.limit || error != ETIMEDOUT)
		return;
	local = kernel_local(attempt->fd);
	peer = endpoint_of(addr, len);
	record(attempt, EVENT_CONNECT_TIMED_OUT, "ETIMEDOUT", &local, &peer);
}

int client_after_connect(const struct client_connect *attempt, int result,
			 int error, const struct sockaddr *addr, socklen_t len)
{
	const bool pending = result && (error == EINPROGRESS || error == EINTR);
	struct endpoint peer;
	int refused = 0;

	if (!pending)
		decide(attempt, result ? error : 0, addr, len);
	if (result && !pending)
		return 0;
	if (!has_peer(addr, len)) {
		if (!result)
			forget_connection(attempt->fd);
		return 0;
	}
	if (attempt->again)
		return 0;
	if (attempt->rule && met_itself(attempt, addr, len))
		refused = refuse_itself(attempt);
	if (refused)
		return refused;
	peer = peer_of(attempt, addr, len);
	connected(attempt, &peer, !pending);
	return 0;
}

void client_record_unseen(int fd)
{
	struct endpoint local, peer;
	struct tcp_clocks tcp;
	const struct rule *rule;
	struct client_connect attempt = {.fd = fd};

	/* A vfork child's close ends nothing. */
	if (!journal_may_ask() || kernel_tcp_clocks(fd, &tcp) ||
	    (tcp.state == STATE_CLOSE && !tcp.sent) ||
	    fdtable_pid() != kernel_pid())
		return;
	local = kernel_local(fd);
	peer = kernel_peer(fd);
	if (!peer.known)
		return;
	rule = match_certain(DIRECTION_CONNECT, &local, &peer);
	attempt.rule = rule;
	if (rule && rule_mode(&context()->policy, rule) != MODE_OFF)
		record(&attempt, EVENT_MEND_FAILED,
		       "connected without connect() (TCP Fast Open)", &local,
		       &peer);
}
