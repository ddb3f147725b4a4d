/* SPDX-License-Identifier: MIT
 * A socket's life as a server: bind, listen, accept.
 */
#include "serve.h"

#include <errno.h>

#include "care.h"
#include "govern.h"
#include "journal_write.h"
#include "kernel.h"
#include "options.h"
#include "ports.h"
#include "self.h"

static void bind_reuse(int fd, struct slot *slot, const struct endpoint *local)
{
	const struct rule *rule =
		govern_may_have(REUSE_ADDRESS, DIRECTION_ACCEPT, local);
	struct event e;

	if (!rule || slot_has(slot, SLOT_OWN_REUSE) ||
	    !options_reuse_address(fd, rule))
		return;
	e = event_of(EVENT_OPTIONS_SET, fd, rule, "SO_REUSEADDR=1");
	e.local = *local;
	event_record(&e);
}

int serve_bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct slot *slot = care_of(fd);
	struct sockaddr_storage name;
	struct endpoint local;

	if (!slot || care_copy_addr(fd, &name, sizeof name, addr, len))
		return BIND_NOT_OURS;
	local = endpoint_of(&name, len);
	if (local.known && port_is_held(fd, slot))
		return -EINVAL; /* as the kernel answers a second bind */
	if (!local.known || !local.port)
		return BIND_NOT_OURS;
	bind_reuse(fd, slot, &local);
	if (self()->observe ||
	    !govern_may_have(EPHEMERAL_PORT, DIRECTION_CONNECT, &local))
		return BIND_NOT_OURS;
	return port_hold(fd, slot, &name, len);
}

/* Look for the rule of a listener once. If it holds for whoever connects, its
 * options go on the listener, and accepted sockets inherit them. */
static void meet_listener(int fd, struct slot *slot)
{
	const struct endpoint local = kernel_local(fd);
	char done[EVENT_DETAIL_MAX + 1];
	struct text t = text_over(done, sizeof done);
	bool sure;
	const struct rule *rule =
		govern_first(DIRECTION_ACCEPT, &local, NULL, &sure);

	slot->rule = 0;
	slot_mark(slot, SLOT_LISTENER);
	if (!sure)
		return;
	slot_mark(slot, SLOT_DECIDED);
	slot->rule = (uint16_t)self_rule_number(rule);
	if (rule)
		options_keepalive(fd, rule, &t);
	care_say_options(fd, slot, done);
}

int serve_listen(int fd)
{
	struct slot *slot = care_of(fd);
	int failed = 0;

	/* On a connection it fails; a second one only changes the backlog. */
	if (!slot ||
	    slot->flags & (SLOT_LISTENER | SLOT_ACCEPTED | SLOT_DIALLED))
		return 0;
	if (port_is_held(fd, slot))
		failed = port_bind_late(fd, slot);
	if (!failed)
		meet_listener(fd, slot);
	return failed;
}

/* The slot of a listener that may have been one before we saw it. */
static struct slot *listener_slot(int fd)
{
	struct slot *slot = slot_known(fd);

	if (slot && (slot->flags & (SLOT_LISTENER | SLOT_FOREIGN)))
		return slot;
	/* Made elsewhere. Connections that wait in it already would inherit
	 * nothing any more: each gets the options by itself. */
	slot = care_of(fd);
	if (slot)
		slot_mark(slot, SLOT_LISTENER);
	return slot;
}

/* Its rule looks at the peer, or one before it does: now both are known. */
static const struct rule *rule_of_accepted(int fd)
{
	const struct endpoint local = kernel_local(fd), peer = kernel_peer(fd);

	return govern_surely(DIRECTION_ACCEPT, &local, &peer);
}

void serve_accepted(int listener, int fd)
{
	struct slot *from = listener_slot(listener), *slot;
	const struct rule *rule = NULL;
	const bool decided =
		from && slot_has(from, SLOT_LISTENER | SLOT_DECIDED);
	char done[EVENT_DETAIL_MAX + 1];
	struct text t = text_over(done, sizeof done);

	if (decided)
		rule = self_rule(from->rule);
	else if (from && slot_has(from, SLOT_LISTENER))
		rule = rule_of_accepted(fd);
	if (!rule || (decided && !care_later(rule))) {
		slot_forget(fd); /* an earlier socket closed unseen */
		return;
	}
	slot = slot_begin(fd, SLOT_TCP | SLOT_ACCEPTED);
	if (!decided)
		options_keepalive(fd, rule, &t);
	if (!slot)
		return;
	slot->rule = (uint16_t)self_rule_number(rule);
	care_say_options(fd, slot, done);
	care_for(fd, slot, rule);
}
