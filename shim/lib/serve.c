/* SPDX-License-Identifier: MIT
 * A socket's life as a server: bind, listen, accept.
 */
#include "serve.h"

#include <errno.h>
#include <netinet/in.h>

#include "care.h"
#include "govern.h"
#include "holder.h"
#include "journal_file.h"
#include "journal_write.h"
#include "kernel.h"
#include "options.h"
#include "override.h"
#include "ports.h"
#include "self.h"
#include "supersede.h"

/* The rule by which this listener-to-be may have SO_REUSEADDR, or NULL. */
static const struct rule *reuse_rule(const struct slot *slot,
				     const struct endpoint *local)
{
	if (!local->known || !local->port || slot_has(slot, SLOT_OWN_REUSE))
		return NULL;
	return govern_may_have(REUSE_ADDRESS, DIRECTION_ACCEPT, local);
}

static void say_reuse(int fd, const struct rule *rule,
		      const struct endpoint *local, const char *done)
{
	struct event e = event_of(EVENT_OPTIONS_SET, fd, rule, done);

	e.local = *local;
	event_record(&e);
}

/* So that what it accepts, and the TIME_WAITs of that, have it too. */
static void reuse_when_listening(int fd, const struct slot *slot,
				 const struct endpoint *local)
{
	const struct rule *rule = reuse_rule(slot, local);

	if (rule && options_reuse_address(fd, rule))
		say_reuse(fd, rule, local, "SO_REUSEADDR=1");
}

/* A bind failed with EADDRINUSE. May it be tried again with SO_REUSEADDR, which
 * is then set? Only where no process has a socket there: a port that is a lock
 * stays one, and so does one that serves. */
static const struct rule *bind_again_begin(int fd, const struct slot *slot,
					   const void *addr, socklen_t len)
{
	const struct endpoint local = endpoint_of(addr, len);
	const struct rule *rule = reuse_rule(slot, &local);

	if (!rule || kernel_get(fd, SOL_SOCKET, SO_REUSEADDR) ||
	    !holder_is_gone(fd, addr, len) || !options_reuse_address(fd, rule))
		return NULL;
	if (!self_observes(rule))
		return rule;
	say_reuse(fd, rule, &local, "bind again with SO_REUSEADDR=1");
	return NULL;
}

/* The option is the program's own again until listen(): a second program that
 * does the same is refused. */
static bool bind_again_end(int fd, const struct rule *rule, const void *addr,
			   socklen_t len, int failed)
{
	const struct endpoint local = endpoint_of(addr, len);

	kernel_set(fd, SOL_SOCKET, SO_REUSEADDR, 0);
	if (!failed)
		say_reuse(fd, rule, &local, "bound again with SO_REUSEADDR=1");
	return !failed;
}

bool serve_bind_again(int fd, const struct sockaddr *addr, socklen_t len)
{
	const struct slot *slot = care_of(fd);
	const struct rule *rule =
		slot ? bind_again_begin(fd, slot, addr, len) : NULL;

	return rule && bind_again_end(fd, rule, addr, len,
				      kernel_bind(fd, addr, len));
}

/* A deferred bind, now that it is a server. */
static int bind_late(int fd, struct slot *slot)
{
	const struct rule *rule;
	union {
		struct sockaddr_storage storage;
		struct sockaddr_in in; /* sin6_port is at the same place */
	} name;
	socklen_t len;
	int failed = port_bind_late(fd, slot);

	if (failed != -EADDRINUSE)
		return failed;
	len = kernel_name(fd, &name, sizeof name);
	name.in.sin_port = htons((uint16_t)port_held(slot));
	rule = bind_again_begin(fd, slot, &name, len);
	if (!rule)
		return failed;
	failed = port_bind_late(fd, slot);
	bind_again_end(fd, rule, &name, len, failed);
	return failed;
}

/* Options that only count before a bind: whose it will be is not known yet. */
static void bind_options(int fd, const struct endpoint *local)
{
	const struct rule *rule = govern_may_have(SET, DIRECTION_ANY, local);
	char done[EVENT_DETAIL_MAX + 1];
	struct text t = text_over(done, sizeof done);
	struct event e;

	if (rule)
		options_apply(fd, rule, AT_BIND, &t);
	if (!*done)
		return;
	e = event_of(EVENT_OPTIONS_SET, fd, rule, done);
	e.local = *local;
	event_record(&e);
}

int serve_bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct slot *slot = care_of(fd);
	struct sockaddr_storage name;
	struct endpoint local;
	int failed;

	if (!slot)
		return BIND_NOT_OURS;
	failed = care_copy_addr(fd, &name, sizeof name, addr, len);
	if (failed == -EFAULT)
		return BIND_NOT_OURS;
	local = endpoint_of(&name, len);
	if ((failed || local.known) && port_is_held(fd, slot))
		return -EINVAL; /* as the kernel answers a second bind */
	if (failed)
		return BIND_NOT_OURS;
	if (!local.known)
		return BIND_NOT_OURS;
	bind_options(fd, &local);
	if (!local.port) {
		slot_mark(slot, SLOT_OWN_REUSE); /* the kernel chooses it */
		return BIND_NOT_OURS;
	}
	if (self()->observe ||
	    !govern_may_have(EPHEMERAL_PORT, DIRECTION_CONNECT, &local))
		return BIND_NOT_OURS;
	return port_hold(fd, slot, &name, len);
}

/* It has no peer to ask for. */
static void say_listener(int fd, const struct rule *rule,
			 const struct endpoint *local, const char *done)
{
	struct event e;

	if (!*done)
		return;
	e = event_of(EVENT_OPTIONS_SET, fd, rule, done);
	e.local = *local;
	e.cookie = kernel_cookie(fd);
	event_record(&e);
}

/* What it accepts has this end of the connection, or, with a wildcard address,
 * this port. */
static void keep_local(int fd, const struct endpoint *local)
{
	struct extra *extra = slot_extra_make(fd);

	if (extra)
		extra->local = *local;
}

/* Look for the rule of a listener once. If it holds for whoever connects, its
 * options go on the listener, and accepted sockets inherit them. */
static void meet_listener(int fd, struct slot *slot,
			  const struct endpoint *local)
{
	char done[EVENT_DETAIL_MAX + 1];
	struct text t = text_over(done, sizeof done);
	bool sure;
	const struct rule *rule =
		govern_first(DIRECTION_ACCEPT, local, NULL, &sure);

	keep_local(fd, local);
	slot_set_rule(slot, 0);
	slot_set_value(slot, 0, SLOT_LISTENER, 0);
	if (!sure)
		return;
	slot_mark(slot, SLOT_DECIDED);
	slot_set_rule(slot, self_rule_number(rule));
	if (rule)
		options_apply(fd, rule, ON_LISTENER, &t);
	say_listener(fd, rule, local, done);
}

int serve_listen(int fd)
{
	struct slot *slot = care_of(fd);
	struct endpoint local;
	int failed = 0;

	/* On a connection it fails; a second one only changes the backlog. */
	if (!slot ||
	    slot_facts(slot).flags &
		    (SLOT_LISTENER | SLOT_ACCEPTED | SLOT_DIALLED))
		return 0;
	if (port_is_held(fd, slot))
		failed = bind_late(fd, slot);
	if (failed)
		return failed;
	local = kernel_local(fd);
	reuse_when_listening(fd, slot, &local);
	meet_listener(fd, slot, &local);
	return 0;
}

/* The slot of a listener that may have been one before we saw it. */
static struct slot *listener_slot(int fd)
{
	struct slot *slot = slot_known(fd);
	struct endpoint local;

	if (slot && slot_facts(slot).flags & (SLOT_LISTENER | SLOT_FOREIGN))
		return slot;
	/* Made elsewhere. Connections that wait in it already would inherit
	 * nothing any more: each gets the options by itself. */
	slot = care_of(fd);
	if (!slot)
		return NULL;
	local = kernel_local(fd);
	keep_local(fd, &local);
	slot_set_value(slot, 0, SLOT_LISTENER, 0);
	return slot;
}

/* Its rule looks at the peer, or one before it does: now both are known. */
static const struct rule *rule_of_accepted(int fd, struct endpoint *local,
					   struct endpoint *peer)
{
	*local = kernel_local(fd);
	*peer = kernel_peer(fd);
	return govern_surely(DIRECTION_ACCEPT, local, peer);
}

/* Its peer's name, if accept() has told it; else asked for, where no sandbox
 * may end the process for a question. */
static struct endpoint peer_of(int fd, const struct sockaddr *name,
			       socklen_t len)
{
	const struct endpoint unknown = { .known = false };

	if (len)
		return endpoint_of(name, len);
	return journal_may_ask() ? kernel_peer(fd) : unknown;
}

void serve_accepted(int listener, int fd, const struct sockaddr *name,
		    socklen_t len)
{
	struct slot *from = listener_slot(listener), *slot;
	const struct facts facts = from ? slot_facts(from)
					: (struct facts){ .rule = 0 };
	const struct extra *extra = from ? slot_extra(listener) : NULL;
	const struct rule *rule = NULL;
	const bool decided = facts.flags & SLOT_LISTENER &&
			     facts.flags & SLOT_DECIDED &&
			     self_is_in_force((unsigned)facts.rule);
	struct endpoint local = { .known = false }, peer = local;
	char done[EVENT_DETAIL_MAX + 1];
	struct text t = text_over(done, sizeof done);

	if (decided)
		rule = self_rule((unsigned)facts.rule);
	else if (facts.flags & SLOT_LISTENER)
		rule = rule_of_accepted(fd, &local, &peer);
	if (!rule || (decided && !care_later(rule) && !rule_has(rule, SET))) {
		slot_forget(fd); /* an earlier socket closed unseen */
		return;
	}
	slot = slot_begin(fd, SLOT_ACCEPTED);
	override_inherit(listener, fd, rule, decided);
	options_apply(fd, rule, decided ? ON_HEIR : ON_ACCEPTED, &t);
	if (!slot)
		return;
	if (decided && extra) {
		local = extra->local;
		if (care_keeps_names(rule))
			peer = peer_of(fd, name, len);
	}
	if (*done) {
		slot_set_rule(slot, self_rule_number(rule));
		care_say_options(fd, slot, done);
	}
	care_for(fd, slot, rule, &local, &peer);
	if (supersede_wanted(rule))
		supersede_accepted(listener, fd, slot, rule);
}
