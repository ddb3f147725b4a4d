/* SPDX-License-Identifier: MIT
 * Tracking a descriptor from its first call on.
 */
#include "socket/track.h"

#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

#include "mend/timeout.h"
#include "state/fd_lock.h"
#include "state/journal_write.h"
#include "sys/kernel.h"
#include "mend/override.h"
#include "mend/deferred_bind.h"
#include "state/context.h"
#include "mend/supersede.h"
#include "watchdog/watchdog.h"

static bool is_tcp(int domain, int type, int protocol)
{
	const int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;

	if (domain != AF_INET && domain != AF_INET6)
		return false;
	if ((type & ~flags) != SOCK_STREAM)
		return false;
	return protocol == 0 || kernel_is_tcp_protocol(protocol);
}

void track_new(int fd, int domain, int type, int protocol)
{
	if (!is_tcp(domain, type, protocol)) {
		fd_set_not_tcp(fd);
		return;
	}
	journal_open();
	fd_track(fd, 0);
}

/* The entry of a TCP socket, or NULL. One that did not come through socket()
 * here is asked for once. */
struct fd_entry *track_get(int fd)
{
	struct fd_entry *slot = fd_lookup(fd);

	if (slot)
		return fd_has(slot, ENTRY_NOT_TCP) ? NULL : slot;
	if (!kernel_is_tcp(fd)) {
		fd_set_not_tcp(fd);
		return NULL;
	}
	journal_open();
	return fd_track(fd, 0);
}

void track_record_options(int fd, const struct fd_entry *slot, const char *done)
{
	struct event e;

	if (!*done)
		return;
	e = event_on(EVENT_OPTIONS_SET, fd, slot, done);
	event_record(&e);
}

/* A connection whose number could be another socket's by the time we act must
 * be told from it. */
static bool needs_identity(const struct rule *rule)
{
	return rule_has_timeouts(rule) || rule_has(rule, CONNECT_TIMEOUT) ||
	       rule_value(rule, ERRORS) == ERRORS_EOF ||
	       (rule_has(rule, EOF_MEND) &&
		rule_value(rule, EOF_ANSWER) == ANSWER_RESET);
}

bool track_keeps_names(const struct rule *rule)
{
	return rule_has(rule, EOF_MEND) || rule_has(rule, ERRORS) ||
	       rule_has(rule, KEEPALIVE) || rule_has(rule, CONNECT_TIMEOUT) ||
	       supersede_wanted(rule);
}

static void keep_names(int fd, uint64_t cookie, const struct endpoint *local,
		       const struct endpoint *peer)
{
	struct fd_extra *extra = fd_extra_make(fd);

	if (!extra)
		return;
	extra->local = *local;
	extra->peer = *peer;
	extra->cookie = cookie;
	extra->connect_limit = 0;
}

/* The rule is set last: what reads look at first. */
void track_start(int fd, struct fd_entry *slot, const struct rule *rule,
		 const struct endpoint *local, const struct endpoint *peer)
{
	const bool identify = needs_identity(rule);
	const uint64_t cookie = identify ? kernel_cookie(fd) : 0;
	static const struct endpoint none;

	if (track_keeps_names(rule))
		keep_names(fd, cookie, local, peer);
	*fd_identity(fd) = identity_of(
		cookie, fd_has(slot, ENTRY_ACCEPTED) ? &none : peer);
	fd_set_rule(slot, context_rule_number(rule));
	if (identify && !cookie)
		/* Without it a number could be mistaken for another socket. */
		record_failure(fd, rule, "identify the socket", ENOPROTOOPT);
	else if (timeout_first(rule) != NEVER)
		watchdog_arm(fd, slot, timeout_first(rule));
}

/* Does the rule need anything of the connection after it was made? */
bool rule_needs_tracking(const struct rule *rule)
{
	return track_keeps_names(rule) || rule_has(rule, OVERRIDE) ||
	       rule_has_timeouts(rule);
}

int track_copy_sockaddr(int fd, void *to, size_t room,
			const struct sockaddr *addr, socklen_t len)
{
	static _Atomic bool told;
	int failed;

	memset(to, 0, room);
	failed = kernel_copy_from(to, addr, len < room ? len : room);
	if (failed && failed != -EFAULT && !atomic_exchange(&told, true))
		record_failure(fd, NULL, "read an address (process_vm_readv)",
			       -failed);
	return failed;
}

socklen_t track_name_room(int fd, const socklen_t *len)
{
	struct fd_entry *slot = fd_lookup(fd);
	socklen_t room = 0;
	int failed;

	if (!slot || !fd_has(slot, ENTRY_BIND_DEFERRED) ||
	    !bind_is_deferred(fd, slot))
		return 0;
	failed = kernel_copy_from(&room, len, sizeof room);
	if (failed == -EFAULT)
		return 0;
	/* A sandbox came after the bind: then the pointer has to be trusted. */
	return failed ? *len : room;
}

void track_fix_name(int fd, struct sockaddr *addr, socklen_t room)
{
	/* sin_port and sin6_port stand at the same place. */
	struct sockaddr_in *in = (struct sockaddr_in *)(void *)addr;
	const struct fd_entry *slot = fd_lookup(fd);

	if (slot && room >= offsetof(struct sockaddr_in, sin_addr) &&
	    !in->sin_port)
		in->sin_port = htons((uint16_t)bind_deferred_port(slot));
}

/* Not its place in the index of supersede, which is by number. */
static void copy_names(struct fd_extra *to, const struct fd_extra *from)
{
	to->local = from->local;
	to->peer = from->peer;
	to->cookie = from->cookie;
	to->sent = from->sent;
	to->idle = from->idle;
	to->interval = from->interval;
	to->probes = from->probes;
	to->keepalive = from->keepalive;
}

void track_copied(int fd, int copy)
{
	struct fd_entry *from = fd_lookup(fd), *to;
	struct facts facts;
	uint32_t identity;

	if (!from) {
		if (fd_lookup(copy))
			fd_untrack(copy);
		return;
	}
	identity = *fd_identity(fd);
	/* What a vfork child copies, its parent never sees. */
	if ((identity || fd_is_watched(copy)) && fdtable_pid() != kernel_pid())
		return;
	/* One's close is not the other's end. */
	fd_set_flags(from, ENTRY_SHARED);
	facts = fd_facts(from);
	override_copied(fd, copy);
	to = fd_track(copy,
		      (unsigned)facts.flags & ~(unsigned)ENTRY_JUST_ACCEPTED);
	if (!to)
		return;
	if (fd_extra(fd) && fd_extra_make(copy))
		copy_names(fd_extra(copy), fd_extra(fd));
	*fd_identity(copy) = identity;
	fd_set_value(to, (unsigned)facts.value, 0, 0);
	fd_set_rule(to, (unsigned)facts.rule);
	if (identity)
		watchdog_arm(copy, to, 0);
}

void track_shutdown(int fd)
{
	struct fd_entry *slot = fd_lookup(fd);

	if (slot)
		fd_set_flags(slot, ENTRY_RD_SHUT);
}
