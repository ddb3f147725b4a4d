/* SPDX-License-Identifier: MIT
 * Taking a descriptor into our care, and what the program does to it then.
 */
#include "care.h"

#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

#include "due.h"
#include "hold.h"
#include "journal_write.h"
#include "kernel.h"
#include "override.h"
#include "ports.h"
#include "self.h"
#include "supersede.h"
#include "watch.h"

static bool is_tcp(int domain, int type, int protocol)
{
	const int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;

	if (domain != AF_INET && domain != AF_INET6)
		return false;
	if ((type & ~flags) != SOCK_STREAM)
		return false;
	return protocol == 0 || kernel_is_tcp_protocol(protocol);
}

void care_new(int fd, int domain, int type, int protocol)
{
	if (!is_tcp(domain, type, protocol)) {
		slot_set_foreign(fd);
		return;
	}
	journal_open();
	slot_begin(fd, 0);
}

/* The slot of a TCP socket, or NULL. One that did not come through socket()
 * here is asked for once. */
struct slot *care_of(int fd)
{
	struct slot *slot = slot_known(fd);

	if (slot)
		return slot_has(slot, SLOT_FOREIGN) ? NULL : slot;
	if (!kernel_is_tcp(fd)) {
		slot_set_foreign(fd);
		return NULL;
	}
	journal_open();
	return slot_begin(fd, 0);
}

void care_say_options(int fd, const struct slot *slot, const char *done)
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
	return due_wanted(rule) || rule_has(rule, CONNECT_TIMEOUT) ||
	       rule_value(rule, ERRORS) == ERRORS_EOF ||
	       (rule_has(rule, EOF_MEND) &&
		rule_value(rule, EOF_ANSWER) == ANSWER_RESET);
}

bool care_keeps_names(const struct rule *rule)
{
	return rule_has(rule, EOF_MEND) || rule_has(rule, ERRORS) ||
	       rule_has(rule, KEEPALIVE) || rule_has(rule, CONNECT_TIMEOUT) ||
	       supersede_wanted(rule);
}

static void keep_names(int fd, uint64_t cookie, const struct endpoint *local,
		       const struct endpoint *peer)
{
	struct extra *extra = slot_extra_make(fd);

	if (!extra)
		return;
	extra->local = *local;
	extra->peer = *peer;
	extra->cookie = cookie;
	extra->connect_limit = 0;
}

/* The rule is set last: what reads look at first. */
void care_for(int fd, struct slot *slot, const struct rule *rule,
	      const struct endpoint *local, const struct endpoint *peer)
{
	const bool identify = needs_identity(rule);
	const uint64_t cookie = identify ? kernel_cookie(fd) : 0;
	static const struct endpoint none;

	if (care_keeps_names(rule))
		keep_names(fd, cookie, local, peer);
	*slot_identity(fd) = identity_of(
		cookie, slot_has(slot, SLOT_ACCEPTED) ? &none : peer);
	slot_set_rule(slot, self_rule_number(rule));
	if (identify && !cookie)
		/* Without it a number could be mistaken for another socket. */
		record_failure(fd, rule, "identify the socket", ENOPROTOOPT);
	else if (due_first(rule) != NEVER)
		watch_arm(fd, slot, due_first(rule));
}

/* Does the rule need anything of the connection after it was made? */
bool care_later(const struct rule *rule)
{
	return care_keeps_names(rule) || rule_has(rule, OVERRIDE) ||
	       due_wanted(rule);
}

int care_copy_addr(int fd, void *to, size_t room,
		     const struct sockaddr *addr, socklen_t len)
{
	static _Atomic bool told;
	int failed;

	memset(to, 0, room);
	failed = kernel_copy(to, addr, len < room ? len : room);
	if (failed && failed != -EFAULT && !atomic_exchange(&told, true))
		record_failure(fd, NULL, "read an address (process_vm_readv)",
			       -failed);
	return failed;
}

socklen_t care_name_room(int fd, const socklen_t *len)
{
	struct slot *slot = slot_known(fd);
	socklen_t room = 0;
	int failed;

	if (!slot || !slot_has(slot, SLOT_HELD) || !port_is_held(fd, slot))
		return 0;
	failed = kernel_copy(&room, len, sizeof room);
	if (failed == -EFAULT)
		return 0;
	/* A sandbox came after the bind: then the pointer has to be trusted. */
	return failed ? *len : room;
}

void care_name(int fd, struct sockaddr *addr, socklen_t room)
{
	/* sin_port and sin6_port stand at the same place. */
	struct sockaddr_in *in = (struct sockaddr_in *)(void *)addr;
	const struct slot *slot = slot_known(fd);

	if (slot && room >= offsetof(struct sockaddr_in, sin_addr) &&
	    !in->sin_port)
		in->sin_port = htons((uint16_t)port_held(slot));
}

/* Not its place in the index of supersede, which is by number. */
static void copy_names(struct extra *to, const struct extra *from)
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

void care_copied(int fd, int copy)
{
	struct slot *from = slot_known(fd), *to;
	struct facts facts;
	uint32_t identity;

	if (!from) {
		if (slot_known(copy))
			slot_forget(copy);
		return;
	}
	identity = *slot_identity(fd);
	/* What a vfork child copies, its parent never sees. */
	if ((identity || slot_watched(copy)) && slots_pid() != kernel_pid())
		return;
	/* One's close is not the other's end. */
	slot_mark(from, SLOT_SHARED);
	facts = slot_facts(from);
	override_copied(fd, copy);
	to = slot_begin(copy, (unsigned)facts.flags & ~(unsigned)SLOT_NEWCOMER);
	if (!to)
		return;
	if (slot_extra(fd) && slot_extra_make(copy))
		copy_names(slot_extra(copy), slot_extra(fd));
	*slot_identity(copy) = identity;
	slot_set_value(to, (unsigned)facts.value, 0, 0);
	slot_set_rule(to, (unsigned)facts.rule);
	if (identity)
		watch_arm(copy, to, 0);
}

void care_shut(int fd)
{
	struct slot *slot = slot_known(fd);

	if (slot)
		slot_mark(slot, SLOT_SHUT);
}
