/* SPDX-License-Identifier: MIT
 * A socket's life as a client: connect, from before the SYN to after.
 */
#include "dial.h"

#include <errno.h>
#include <string.h>

#include "care.h"
#include "govern.h"
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
	if (frees && self()->observe)
		dial->freed_port = kernel_local(dial->fd).port;
	return 0;
}

int dial_begin(struct dial *dial, int fd, const struct sockaddr *addr,
		socklen_t len)
{
	struct text done = text_over(dial->options, sizeof dial->options);
	struct slot *slot = care_of(fd);
	int failed;

	/* A second connect() asks how the first one went. */
	if (!slot || slot_has(slot, SLOT_DIALLED) ||
	    slot_has(slot, SLOT_LISTENER) || slot_has(slot, SLOT_ACCEPTED))
		return 0;
	dial->fd = fd;
	dial->slot = slot;
	dial->rule = rule_of_dial(fd, slot, addr, len);
	failed = free_port(dial);
	if (!failed && dial->rule)
		options_apply(fd, dial->rule, AT_CONNECT, &done);
	return failed;
}

static void say_port_freed(const struct dial *dial)
{
	char done[EVENT_DETAIL_MAX + 1];
	struct text t = text_over(done, sizeof done);
	struct event e;

	if (!dial->freed_port)
		return;
	text_add(&t, "source port ");
	text_add_number(&t, dial->freed_port);
	text_add(&t, " asked for, another one used");
	e = event_on(EVENT_PORT_FREED, dial->fd, dial->slot, done);
	event_record(&e);
}

/* The kernel took the address, so it can be read: was there a peer in it? */
static bool has_peer(const struct sockaddr *addr, socklen_t len)
{
	return len >= sizeof addr->sa_family && addr->sa_family != AF_UNSPEC;
}

/* A client that calls a port of the local range on its own host while nobody
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

/* Undone before any close: a close would leave a TIME_WAIT on the very port
 * its server needs. The socket and its options stay as they were. */
static int refuse_itself(const struct dial *dial)
{
	struct event e;

	dial->slot->rule = (uint16_t)self_rule_number(dial->rule);
	e = event_on(EVENT_SELF_CONNECT_REFUSED, dial->fd, dial->slot,
		     "ECONNREFUSED given");
	event_record(&e);
	dial->slot->rule = 0;
	if (self()->observe)
		return 0;
	kernel_disconnect(dial->fd);
	kernel_get(dial->fd, SOL_SOCKET, SO_ERROR); /* taken */
	return -ECONNREFUSED;
}

int dial_done(const struct dial *dial, int result, int error,
	      const struct sockaddr *addr, socklen_t len)
{
	int refused = 0;

	if (result && error != EINPROGRESS && error != EINTR)
		return 0;
	if (!has_peer(addr, len))
		return 0;
	if (dial->rule && met_itself(dial, addr, len))
		refused = refuse_itself(dial);
	if (refused)
		return refused;
	slot_mark(dial->slot, SLOT_DIALLED);
	if (slot_has(dial->slot, SLOT_HELD))
		port_let_go(dial->slot);
	if (!dial->rule)
		return 0;
	dial->slot->rule = (uint16_t)self_rule_number(dial->rule);
	say_port_freed(dial);
	care_say_options(dial->fd, dial->slot, dial->options);
	care_for(dial->fd, dial->slot, dial->rule);
	return 0;
}
