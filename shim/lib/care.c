/* SPDX-License-Identifier: MIT
 * Taking a descriptor into our care, and what the program does to it then.
 */
#include "care.h"

#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

#include "due.h"
#include "journal_write.h"
#include "kernel.h"
#include "options.h"
#include "ports.h"
#include "self.h"
#include "watch.h"

static bool is_tcp(int domain, int type, int protocol)
{
	const int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;

	if (domain != AF_INET && domain != AF_INET6)
		return false;
	if ((type & ~flags) != SOCK_STREAM)
		return false;
	return protocol == 0 || protocol == IPPROTO_TCP;
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

/* From here on the slot's rule watches over it. */
void care_for(int fd, struct slot *slot, const struct rule *rule)
{
	uint64_t cookie;

	slot->rule = (uint16_t)self_rule_number(rule);
	if (!due_wanted(rule))
		return;
	cookie = kernel_cookie(fd);
	if (!cookie) {
		/* Without it a number could be mistaken for another socket. */
		record_failure(fd, rule, "identify the socket", ENOPROTOOPT);
		return;
	}
	slot_set_cookie(slot, cookie);
	if (due_first(rule) != NEVER)
		watch_arm(fd, slot, due_first(rule));
}

/* Does the rule need anything of the connection after it was made? */
bool care_later(const struct rule *rule)
{
	return rule_has(rule, EOF_MEND) || rule_has(rule, ERRORS) ||
	       rule_has(rule, OVERRIDE) || due_wanted(rule);
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

static void say_disagreement(int fd, const struct slot *slot, const char *who,
			     const char *option)
{
	char what[EVENT_DETAIL_MAX + 1];
	struct text t = text_over(what, sizeof what);
	struct event e;

	text_add(&t, who);
	text_add(&t, option);
	text_add(&t, " stands");
	e = event_on(EVENT_OVERRIDE_KEPT, fd, slot, what);
	event_record(&e);
}

bool care_keeps_option(int fd, int level, int name, const void *value,
		       socklen_t len)
{
	const struct slot *slot = slot_known(fd);
	const struct rule *rule = slot ? self_rule(slot->rule) : NULL;
	char sample[2 * sizeof(int64_t)]; /* the longest: a timeval */
	int count;

	if (!rule || rule_value(rule, OVERRIDE) != OVERRIDE_YES)
		return false;
	/* What the kernel would refuse, it shall refuse itself. */
	count = options_bytes_read(rule, level, name, len);
	if (count < 0 || (count && kernel_copy(sample, value, (size_t)count)))
		return false;
	say_disagreement(fd, slot, "the rule's ",
			 options_named(rule, level, name));
	return !self_observes(rule);
}

void care_option(int fd, int level, int name, const void *value)
{
	struct slot *slot = slot_known(fd);
	const struct rule *rule = slot ? self_rule(slot->rule) : NULL;
	const char *option = rule ? options_named(rule, level, name) : NULL;
	int wanted;

	if (option && rule_value(rule, OVERRIDE) != OVERRIDE_YES)
		say_disagreement(fd, slot, "the program's own ", option);
	if (!slot || level != SOL_SOCKET || name != SO_REUSEADDR)
		return;
	memcpy(&wanted, value, sizeof wanted);
	if (wanted)
		slot_unmark(slot, SLOT_OWN_REUSE);
	else
		slot_mark(slot, SLOT_OWN_REUSE);
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

static bool is_armed(const struct slot *slot)
{
	return (slot->word & 3) != KEPT;
}

void care_copied(int fd, int copy)
{
	const struct slot *from = slot_known(fd);
	struct slot *to;

	/* What a vfork child copies, its parent never sees. */
	if ((!from && !slot_known(copy)) || slots_pid() != kernel_pid())
		return;
	if (!from) {
		slot_forget(copy);
		return;
	}
	to = slot_begin(copy, from->flags);
	if (!to)
		return;
	to->rule = from->rule;
	to->reads = from->reads;
	to->cookie_low = from->cookie_low;
	to->cookie_high = from->cookie_high;
	if (is_armed(from))
		watch_arm(copy, to, 0);
}

bool care_shutdown(int fd)
{
	struct slot *slot = slot_known(fd);

	if (!slot || !is_armed(slot))
		return false;
	slot_settle(slot);
	return true;
}

void care_shut(int fd, bool again, bool ended)
{
	struct slot *slot = slot_known(fd);

	if (!slot)
		return;
	if (ended)
		slot_mark(slot, SLOT_SHUT);
	/* A look at once finds its true deadline again. */
	if (again)
		watch_arm(fd, slot, 0);
}
