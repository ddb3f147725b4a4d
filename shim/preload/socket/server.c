/* SPDX-License-Identifier: MIT
 * A socket's life as a server: bind, listen, accept.
 */
#include "socket/server.h"

#include <errno.h>
#include <netinet/in.h>

#include "socket/track.h"
#include "state/match.h"
#include "mend/port_owner.h"
#include "state/journal_file.h"
#include "state/journal_write.h"
#include "sys/kernel.h"
#include "mend/set_sockopts.h"
#include "mend/override.h"
#include "mend/deferred_bind.h"
#include "state/context.h"
#include "mend/supersede.h"

/* The rule by which this listener-to-be may have SO_REUSEADDR, or NULL. */
static const struct rule *reuse_rule(const struct fd_entry *slot,
				     const struct endpoint *local)
{
	if (!local->known || !local->port || fd_has(slot, ENTRY_REUSEADDR_OFF))
		return NULL;
	return match_possible_with(REUSE_ADDRESS, DIRECTION_ACCEPT, local);
}

static void say_reuse(int fd, const struct rule *rule,
		      const struct endpoint *local, const char *done)
{
	struct event e = event_of(EVENT_OPTIONS_SET, fd, rule, done);

	e.local = *local;
	event_record(&e);
}

/* So that what it accepts, and the TIME_WAITs of that, have it too. */
static void reuse_when_listening(int fd, const struct fd_entry *slot,
				 const struct endpoint *local)
{
	const struct rule *rule = reuse_rule(slot, local);

	if (rule && sockopts_reuse_address(fd, rule))
		say_reuse(fd, rule, local, "SO_REUSEADDR=1");
}

/* A bind failed with EADDRINUSE. May it be tried again with SO_REUSEADDR, which
 * is then set? Only where no process has a socket there: a port that is a lock
 * stays one, and so does one that serves. */
static const struct rule *bind_again_begin(int fd, const struct fd_entry *slot,
					   const void *addr, socklen_t len)
{
	const struct endpoint local = endpoint_of(addr, len);
	const struct rule *rule = reuse_rule(slot, &local);

	if (!rule || kernel_get(fd, SOL_SOCKET, SO_REUSEADDR) ||
	    !port_has_no_socket(fd, addr, len) ||
	    !sockopts_reuse_address(fd, rule))
		return NULL;
	if (!context_observes(rule))
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

bool server_retry_bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	const struct fd_entry *slot = track_get(fd);
	const struct rule *rule =
		slot ? bind_again_begin(fd, slot, addr, len) : NULL;

	return rule &&
	       bind_again_end(fd, rule, addr, len, kernel_bind(fd, addr, len));
}

/* A deferred bind, now that it is a server. */
static int bind_late(int fd, struct fd_entry *slot)
{
	const struct rule *rule;
	union {
		struct sockaddr_storage storage;
		struct sockaddr_in in; /* sin6_port is at the same place */
	} name;
	socklen_t len;
	int failed = bind_perform(fd, slot);

	if (failed != -EADDRINUSE)
		return failed;
	len = kernel_getsockname(fd, &name, sizeof name);
	name.in.sin_port = htons((uint16_t)bind_deferred_port(slot));
	rule = bind_again_begin(fd, slot, &name, len);
	if (!rule)
		return failed;
	failed = bind_perform(fd, slot);
	bind_again_end(fd, rule, &name, len, failed);
	return failed;
}

/* Options that only count before a bind: whose it will be is not known yet. */
static void bind_options(int fd, const struct endpoint *local)
{
	const struct rule *rule =
		match_possible_with(SET, DIRECTION_ANY, local);
	char done[EVENT_DETAIL_MAX + 1];
	struct strbuf t = strbuf_over(done, sizeof done);
	struct event e;

	if (rule)
		sockopts_apply(fd, rule, AT_BIND, &t);
	if (!*done)
		return;
	e = event_of(EVENT_OPTIONS_SET, fd, rule, done);
	e.local = *local;
	event_record(&e);
}

int server_before_bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct fd_entry *slot = track_get(fd);
	struct sockaddr_storage name;
	struct endpoint local;
	int failed;

	if (!slot)
		return BIND_NOT_OURS;
	failed = track_copy_sockaddr(fd, &name, sizeof name, addr, len);
	if (failed == -EFAULT)
		return BIND_NOT_OURS;
	local = endpoint_of(&name, len);
	if ((failed || local.known) && bind_is_deferred(fd, slot))
		return -EINVAL; /* as the kernel answers a second bind */
	if (failed)
		return BIND_NOT_OURS;
	if (!local.known)
		return BIND_NOT_OURS;
	bind_options(fd, &local);
	if (!local.port) {
		fd_set_flags(slot,
			     ENTRY_REUSEADDR_OFF); /* the kernel chooses it */
		return BIND_NOT_OURS;
	}
	if (context()->observe ||
	    !match_possible_with(EPHEMERAL_PORT, DIRECTION_CONNECT, &local))
		return BIND_NOT_OURS;
	return bind_defer(fd, slot, &name, len);
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
	struct fd_extra *extra = fd_extra_make(fd);

	if (extra)
		extra->local = *local;
}

/* Look for the rule of a listener once. If it holds for every peer, its
 * options go on the listener, and accepted sockets inherit them. */
static void decide_listener_rule(int fd, struct fd_entry *slot,
				 const struct endpoint *local)
{
	char done[EVENT_DETAIL_MAX + 1];
	struct strbuf t = strbuf_over(done, sizeof done);
	bool sure;
	const struct rule *rule =
		match_first(DIRECTION_ACCEPT, local, NULL, &sure);

	keep_local(fd, local);
	fd_set_rule(slot, 0);
	fd_set_value(slot, 0, ENTRY_LISTENER, 0);
	if (!sure)
		return;
	fd_set_flags(slot, ENTRY_RULE_FINAL);
	fd_set_rule(slot, context_rule_number(rule));
	if (rule)
		sockopts_apply(fd, rule, ON_LISTENER, &t);
	say_listener(fd, rule, local, done);
}

int server_before_listen(int fd)
{
	struct fd_entry *slot = track_get(fd);
	struct endpoint local;
	int failed = 0;

	/* On a connection it fails; a second one only changes the backlog. */
	if (!slot || fd_facts(slot).flags & (ENTRY_LISTENER | ENTRY_ACCEPTED |
					     ENTRY_CONNECTED))
		return 0;
	if (bind_is_deferred(fd, slot))
		failed = bind_late(fd, slot);
	if (failed)
		return failed;
	local = kernel_local(fd);
	reuse_when_listening(fd, slot, &local);
	decide_listener_rule(fd, slot, &local);
	return 0;
}

/* The entry of a listener that may have been one before we saw it. */
static struct fd_entry *listener_slot(int fd)
{
	struct fd_entry *slot = fd_lookup(fd);
	struct endpoint local;

	if (slot && fd_facts(slot).flags & (ENTRY_LISTENER | ENTRY_NOT_TCP))
		return slot;
	/* Made elsewhere. Connections that wait in it already would inherit
	 * nothing any more: each gets the options by itself. */
	slot = track_get(fd);
	if (!slot)
		return NULL;
	local = kernel_local(fd);
	keep_local(fd, &local);
	fd_set_value(slot, 0, ENTRY_LISTENER, 0);
	return slot;
}

/* Its rule looks at the peer, or one before it does: now both are known. */
static const struct rule *rule_of_accepted(int fd, struct endpoint *local,
					   struct endpoint *peer)
{
	*local = kernel_local(fd);
	*peer = kernel_peer(fd);
	return match_certain(DIRECTION_ACCEPT, local, peer);
}

/* Its peer's name, if accept() has told it; else asked for, where no sandbox
 * may end the process for a question. */
static struct endpoint peer_of(int fd, const struct sockaddr *name,
			       socklen_t len)
{
	const struct endpoint unknown = {.known = false};

	if (len)
		return endpoint_of(name, len);
	return journal_may_ask() ? kernel_peer(fd) : unknown;
}

void server_after_accept(int listener, int fd, const struct sockaddr *name,
			 socklen_t len)
{
	struct fd_entry *from = listener_slot(listener), *slot;
	const struct facts facts =
		from ? fd_facts(from) : (struct facts){.rule = 0};
	const struct fd_extra *extra = from ? fd_extra(listener) : NULL;
	const struct rule *rule = NULL;
	const bool decided = facts.flags & ENTRY_LISTENER &&
			     facts.flags & ENTRY_RULE_FINAL &&
			     context_rule_is_current((unsigned)facts.rule);
	struct endpoint local = {.known = false}, peer = local;
	char done[EVENT_DETAIL_MAX + 1];
	struct strbuf t = strbuf_over(done, sizeof done);

	if (decided)
		rule = context_rule((unsigned)facts.rule);
	else if (facts.flags & ENTRY_LISTENER)
		rule = rule_of_accepted(fd, &local, &peer);
	if (!rule ||
	    (decided && !rule_needs_tracking(rule) && !rule_has(rule, SET))) {
		fd_untrack(fd); /* an earlier socket closed unseen */
		return;
	}
	slot = fd_track(fd, ENTRY_ACCEPTED);
	override_inherit(listener, fd, rule, decided);
	sockopts_apply(fd, rule, decided ? ON_HEIR : ON_ACCEPTED, &t);
	if (!slot)
		return;
	if (decided && extra) {
		local = extra->local;
		if (track_keeps_names(rule))
			peer = peer_of(fd, name, len);
	}
	if (*done) {
		fd_set_rule(slot, context_rule_number(rule));
		track_record_options(fd, slot, done);
	}
	track_start(fd, slot, rule, &local, &peer);
	if (supersede_wanted(rule))
		supersede_accepted(listener, fd, slot, rule);
}
