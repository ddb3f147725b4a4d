/* SPDX-License-Identifier: MIT
 * A socket's life as a client: connect, from before the SYN to after.
 */
#include "dial.h"

#include <errno.h>
#include <string.h>

#include "care.h"
#include "govern.h"
#include "hold.h"
#include "journal_file.h"
#include "journal_write.h"
#include "kernel.h"
#include "options.h"
#include "ports.h"
#include "self.h"

static struct endpoint local_of(int fd, const struct slot *slot)
{
	struct endpoint local = kernel_local(fd);

	if (port_is_held(fd, slot))
		local.port = (uint16_t)port_held(slot);
	return local;
}

static const struct rule *rule_of_dial(int fd, const struct slot *slot,
				       const struct sockaddr *addr,
				       socklen_t len)
{
	struct sockaddr_storage name;
	struct endpoint local = { .known = false }, peer = { .known = false };

	if (govern_looks_at_peer() &&
	    !care_copy_addr(fd, &name, sizeof name, addr, len))
		peer = endpoint_of(&name, len);
	if (govern_looks_at_local())
		local = local_of(fd, slot);
	return govern_surely(DIRECTION_CONNECT, &local, &peer);
}

/* The port the program bound and will not get; 0: it gets its own. */
static int free_port(struct dial *dial)
{
	const bool frees = dial->rule && rule_has(dial->rule, EPHEMERAL_PORT);

	if (port_is_held(dial->fd, dial->slot)) {
		if (!frees)
			return port_bind_late(dial->fd, dial->slot);
		dial->freed_port = port_held(dial->slot);
	}
	if (frees && self_observes(dial->rule))
		dial->freed_port = kernel_local(dial->fd).port;
	return 0;
}

/* What is said of the socket, not of one of its connections. */
#define OF_SOCKET (SLOT_OWN_REUSE | SLOT_SHARED)

/* A second connect() asks how the first one went; but after a refusal, or
 * connect(AF_UNSPEC), it is the first of another connection. */
static bool has_connection(int fd, const struct slot *slot)
{
	struct tcp_facts tcp;

	return slot_facts(slot).flags & (SLOT_DIALLED | SLOT_ACCEPTED) &&
	       !kernel_facts(fd, &tcp) && tcp.state != STATE_CLOSE;
}

/* What was found out of its connection is past; what the program did to the
 * socket is not. */
static void forget_connection(int fd)
{
	const struct slot *slot = slot_known(fd);

	if (slot && slot_facts(slot).flags & (SLOT_DIALLED | SLOT_ACCEPTED))
		slot_begin(fd, slot_facts(slot).flags & OF_SOCKET);
}

int dial_begin(struct dial *dial, int fd, const struct sockaddr *addr,
		socklen_t len)
{
	struct text done = text_over(dial->options, sizeof dial->options);
	struct slot *slot = care_of(fd);
	int failed;

	if (!slot || slot_has(slot, SLOT_LISTENER))
		return 0;
	dial->fd = fd;
	dial->slot = slot;
	dial->again = has_connection(fd, slot);
	if (dial->again)
		return 0;
	dial->rule = rule_of_dial(fd, slot, addr, len);
	failed = free_port(dial);
	if (failed || !dial->rule)
		return failed;
	options_apply(fd, dial->rule, AT_CONNECT, &done);
	connect_limit_set(&dial->limit, fd, dial->rule);
	return 0;
}

/* The kernel took the address, so it can be read: was there a peer in it? */
static bool has_peer(const struct sockaddr *addr, socklen_t len)
{
	return len >= sizeof addr->sa_family && addr->sa_family != AF_UNSPEC;
}

/* A client that calls a port of the local range on its own host while no program
 * listens there can meet itself (simultaneous open, RFC 9293 3.5). */
static bool met_itself(const struct dial *dial, const struct sockaddr *addr,
		       socklen_t len)
{
	const struct endpoint target = endpoint_of(addr, len);
	struct endpoint local, peer;

	if (dial->rule->value[SELF_CONNECT] != SELF_CONNECT_REFUSE ||
	    !target.known || !kernel_is_local_port(target.port))
		return false;
	local = kernel_local(dial->fd);
	if (local.port != target.port)
		return false;
	peer = kernel_peer(dial->fd);
	return peer.known && peer.port == local.port &&
	       !memcmp(peer.addr, local.addr, sizeof peer.addr);
}

static void record(const struct dial *dial, enum event_id id,
		   const char *done, const struct endpoint *local,
		   const struct endpoint *peer)
{
	struct event e = event_of(id, dial->fd, dial->rule, done);

	e.local = *local;
	e.peer = *peer;
	e.cookie = kernel_cookie(dial->fd);
	event_record(&e);
}

/* Undone before any close: a close would leave a TIME_WAIT on the very port
 * its server needs. The socket and its options stay as they were. */
static int refuse_itself(const struct dial *dial)
{
	const struct endpoint local = kernel_local(dial->fd);
	const bool observe = self_observes(dial->rule);

	record(dial, EVENT_SELF_CONNECT_REFUSED,
	       observe ? "would give ECONNREFUSED" : "ECONNREFUSED given",
	       &local, &local);
	if (observe)
		return 0;
	kernel_disconnect(dial->fd);
	kernel_get(dial->fd, SOL_SOCKET, SO_ERROR); /* taken */
	return -ECONNREFUSED;
}

static void record_port_freed(const struct dial *dial,
			      const struct endpoint *local,
			      const struct endpoint *peer)
{
	char done[EVENT_DETAIL_MAX + 1];
	struct text t = text_over(done, sizeof done);

	if (!dial->freed_port)
		return;
	text_add(&t, "source port ");
	text_add_number(&t, dial->freed_port);
	text_add(&t, self_observes(dial->rule)
			     ? " asked for, would use another one"
			     : " asked for, another one used");
	record(dial, EVENT_PORT_FREED, done, local, peer);
}

/* The kernel took the address: it can be read. A wildcard is the host. */
static struct endpoint peer_of(const struct dial *dial,
			       const struct sockaddr *addr, socklen_t len)
{
	const struct endpoint peer = endpoint_of(addr, len);

	return endpoint_is_wildcard(&peer) ? kernel_peer(dial->fd) : peer;
}

static void connected(const struct dial *dial, const struct endpoint *peer,
		      bool decided)
{
	struct slot *slot = slot_begin(dial->fd,
				       SLOT_DIALLED |
					       (slot_facts(dial->slot).flags &
						OF_SOCKET));
	struct endpoint local;

	if (!slot || !dial->rule)
		return;
	local = dial->freed_port || *dial->options ||
				care_keeps_names(dial->rule)
			? kernel_local(dial->fd)
			: (struct endpoint){ .known = false };
	record_port_freed(dial, &local, peer);
	if (*dial->options)
		record(dial, EVENT_OPTIONS_SET, dial->options, &local, peer);
	care_for(dial->fd, slot, dial->rule, &local, peer);
	if (!decided)
		connect_limit_hand_over(&dial->limit, dial->fd, slot);
}

/* It failed, or succeeded: the limit was for this connect() alone. */
static void decide(const struct dial *dial, int error,
		   const struct sockaddr *addr, socklen_t len)
{
	struct endpoint local, peer;

	connect_limit_lift(&dial->limit, dial->fd);
	if (!dial->limit.limit || error != ETIMEDOUT)
		return;
	local = kernel_local(dial->fd);
	peer = endpoint_of(addr, len);
	record(dial, EVENT_CONNECT_TIMED_OUT, "ETIMEDOUT", &local, &peer);
}

int dial_done(const struct dial *dial, int result, int error,
	      const struct sockaddr *addr, socklen_t len)
{
	const bool pending = result && (error == EINPROGRESS || error == EINTR);
	struct endpoint peer;
	int refused = 0;

	if (!pending)
		decide(dial, result ? error : 0, addr, len);
	if (result && !pending)
		return 0;
	if (!has_peer(addr, len)) {
		if (!result)
			forget_connection(dial->fd);
		return 0;
	}
	if (dial->again)
		return 0;
	if (dial->rule && met_itself(dial, addr, len))
		refused = refuse_itself(dial);
	if (refused)
		return refused;
	peer = peer_of(dial, addr, len);
	connected(dial, &peer, !pending);
	return 0;
}

void dial_unseen(int fd)
{
	struct endpoint local, peer;
	struct tcp_facts tcp;
	const struct rule *rule;
	struct dial dial = { .fd = fd };

	/* A vfork child's close ends nothing. */
	if (!journal_may_ask() || kernel_facts(fd, &tcp) ||
	    (tcp.state == STATE_CLOSE && !tcp.sent) ||
	    slots_pid() != kernel_pid())
		return;
	local = kernel_local(fd);
	peer = kernel_peer(fd);
	if (!peer.known)
		return;
	rule = govern_surely(DIRECTION_CONNECT, &local, &peer);
	dial.rule = rule;
	if (rule && rule_mode(&self()->policy, rule) != MODE_OFF)
		record(&dial, EVENT_MEND_FAILED,
		       "connected without connect() (TCP Fast Open)", &local,
		       &peer);
}
