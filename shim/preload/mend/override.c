/* SPDX-License-Identifier: MIT
 * Rule and program both set a socket option: which value holds (override).
 *
 * Under `yield` a program that sets one of the keepalive options has decided:
 * none of the rule's applies to that socket. Whether it has, the kernel tells:
 * a value other than the default was set by the program, by whatever means.
 * Only what the kernel cannot tell is remembered, for each descriptor: that the
 * values that stand are the rule's, or that the program has set one.
 */
#include "mend/override.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <string.h>

#include "state/journal_write.h"
#include "sys/kernel.h"
#include "mend/set_sockopts.h"
#include "state/context.h"
#include "core/sockopt.h"
#include "state/fdtable.h"

/* Whose the keepalive values of a socket are. RULE_TIMES: the program itself
 * switched SO_KEEPALIVE on. */
enum owner { NOT_KNOWN, RULE_ALL, RULE_TIMES, PROGRAM };

/* An entry: 46 bits of SO_COOKIE (0: this descriptor as it was accepted, which
 * costs no system call), then the owner, then the number of the rule. */
#define COOKIE_MASK ((UINT64_C(1) << 46) - 1)

static _Atomic(_Atomic uint64_t *) entries[FD_PAGES];
static _Atomic int highest; /* descriptor with an entry */

static _Atomic uint64_t *entry_of(int fd)
{
	_Atomic uint64_t *page;

	if ((unsigned)fd >= FD_PAGES * PAGE_ENTRIES)
		return NULL;
	page = entries[(unsigned)fd / PAGE_ENTRIES];
	return page ? &page[(unsigned)fd % PAGE_ENTRIES] : NULL;
}

static _Atomic uint64_t *entry_make(int fd)
{
	const size_t size = PAGE_ENTRIES * sizeof(uint64_t);
	_Atomic uint64_t *none = NULL, *page;

	if ((unsigned)fd >= FD_PAGES * PAGE_ENTRIES)
		return NULL;
	if (!entries[(unsigned)fd / PAGE_ENTRIES]) {
		page = kernel_mmap(size);
		if (page &&
		    !atomic_compare_exchange_strong(
			    &entries[(unsigned)fd / PAGE_ENTRIES], &none, page))
			kernel_munmap(page, size);
	}
	return entry_of(fd);
}

static void entry_put(int fd, uint64_t entry)
{
	_Atomic uint64_t *at = entry ? entry_make(fd) : entry_of(fd);
	int before = highest;

	if (!at || *at == entry)
		return;
	*at = entry;
	while (before < fd &&
	       !atomic_compare_exchange_weak(&highest, &before, fd))
		;
}

static uint64_t entry_from(uint64_t cookie, enum owner owner,
			   const struct rule *rule)
{
	return (cookie & COOKIE_MASK) | (uint64_t)owner << 46 |
	       (uint64_t)(uint16_t)context_rule_number(rule) << 48;
}

static enum owner entry_owner(uint64_t entry)
{
	return (enum owner)(entry >> 46 & 3);
}

static const struct rule *entry_rule(uint64_t entry)
{
	return context_rule((unsigned)(entry >> 48));
}

static const struct fd_entry *accepted(int fd)
{
	const struct fd_entry *slot = fd_lookup(fd);

	return slot && fd_has(slot, ENTRY_ACCEPTED) ? slot : NULL;
}

static bool is_of(uint64_t entry, uint64_t cookie)
{
	return cookie & COOKIE_MASK && !((entry ^ cookie) & COOKIE_MASK);
}

/* The entry of the socket, under whatever descriptor; 0: none. */
static uint64_t entry_find(int fd, uint64_t cookie)
{
	const _Atomic uint64_t *own = entry_of(fd), *at;

	if (own && is_of(*own, cookie))
		return *own;
	for (int i = 0; i <= highest; i++) {
		at = entry_of(i);
		if (at && is_of(*at, cookie))
			return *at;
	}
	return own && accepted(fd) && !(*own & COOKIE_MASK) ? *own : 0;
}

/* Under each descriptor that has one. */
static void entry_set(int fd, uint64_t entry)
{
	for (int i = 0; i <= highest; i++) {
		_Atomic uint64_t *at = entry_of(i);

		if (at && is_of(*at, entry))
			*at = entry;
	}
	entry_put(fd, entry);
}

/* Who owns the values, and by which rule. What was accepted has the rule's
 * from its listener, unless an entry says otherwise. */
static enum owner owner_of(int fd, uint64_t cookie, const struct rule **rule)
{
	const uint64_t entry = entry_find(fd, cookie);
	const struct fd_entry *slot = accepted(fd);

	*rule = NULL;
	if (entry) {
		*rule = entry_rule(entry);
		return entry_owner(entry);
	}
	if (slot)
		*rule = context_rule(fd_facts(slot).rule);
	return *rule ? RULE_ALL : NOT_KNOWN;
}

/* ---- the values */

/* sockopts[] begins with them. */
enum { IDLE_TIME, INTERVAL, PROBES, UNACKNOWLEDGED, KEEPALIVE_VALUES };

/* The kernel's defaults; of the last it is always 0. */
static _Atomic int defaults[KEEPALIVE_VALUES];

static int in_force(int fd, int i)
{
	return kernel_get(fd, sockopts[i].level, sockopts[i].name);
}

/* Ask a new socket: it knows the sysctl of its network namespace. */
static int ask_defaults(void)
{
	int fd = kernel_socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		fd = kernel_socket(AF_INET6, SOCK_STREAM, 0);
	if (fd < 0)
		return fd;
	for (int i = IDLE_TIME; i < UNACKNOWLEDGED; i++)
		defaults[i] = in_force(fd, i);
	kernel_close(fd);
	return 0;
}

/* MPTCP sockets of some kernels do not tell: then nothing was set either. */
static bool has_defaults(int fd)
{
	for (int i = 0; i < KEEPALIVE_VALUES; i++) {
		const int value = in_force(fd, i);

		if (value >= 0 && value != defaults[i])
			return false;
	}
	return true;
}

static int64_t number_by(const struct rule *rule, int i)
{
	return sockopt_is_asked(rule, &sockopts[i])
		       ? rule_value(rule, sockopts[i].id) / sockopts[i].unit
		       : defaults[i];
}

/* What the kernel has where the rule's values stand alone. */
static int64_t value_by(const struct rule *rule, int i)
{
	if (rule_value(rule, sockopts[i].id) != AUTO)
		return number_by(rule, i);
	return SECOND * (number_by(rule, IDLE_TIME) +
			 number_by(rule, INTERVAL) * number_by(rule, PROBES));
}

static bool stands(int fd, const struct rule *rule)
{
	for (int i = 0; i < KEEPALIVE_VALUES; i++)
		if (in_force(fd, i) != value_by(rule, i))
			return false;
	return kernel_get(fd, SOL_SOCKET, SO_KEEPALIVE) == 1;
}

static int64_t derived_timeout(int fd)
{
	return SECOND *
	       (in_force(fd, IDLE_TIME) +
		(int64_t)in_force(fd, INTERVAL) * in_force(fd, PROBES));
}

static bool is_option(int i, int level, int name)
{
	return sockopts[i].level == level && sockopts[i].name == name;
}

/* Put back what the rule set, but for the option the program sets itself. */
static void take_back(int fd, const struct rule *rule, enum owner owner,
		      int level, int name, struct strbuf *done)
{
	for (int i = 0; i <= KEEPALIVE_VALUES; i++) {
		const struct sockopt *o = &sockopts[i]; /* then SO_KEEPALIVE */
		const int value = i < KEEPALIVE_VALUES ? defaults[i] : 0;

		if (is_option(i, level, name) || !sockopt_is_asked(rule, o) ||
		    (i == KEEPALIVE_VALUES && owner != RULE_ALL))
			continue;
		kernel_set(fd, o->level, o->name, value);
		sockopt_print(o, value, done);
	}
}

/* ---- before the rule's options are set */

static bool yields(const struct rule *rule)
{
	return rule_value(rule, OVERRIDE) == OVERRIDE_YIELD;
}

static void say_yielded(int fd, const struct rule *rule)
{
	struct event e = event_of(EVENT_OVERRIDE_KEPT, fd, rule,
				  "the program's own keepalive values stand");

	e.local = kernel_local(fd);
	e.cookie = kernel_cookie(fd);
	event_record(&e);
}

/* None was set yet: whose are the values that stand? */
static enum owner owner_by_kernel(int fd, const struct rule *rule)
{
	int failed = 0;

	if (!has_defaults(fd)) {
		failed = ask_defaults(); /* they may have changed */
		if (failed)
			record_failure(fd, rule, "ask for default options",
				       -failed);
		if (failed || !has_defaults(fd))
			return PROGRAM;
	}
	return kernel_get(fd, SOL_SOCKET, SO_KEEPALIVE) > 0 ? RULE_TIMES
							    : RULE_ALL;
}

bool override_gives_way(int fd, const struct rule *rule)
{
	const struct rule *older;
	char unsaid[8];
	struct strbuf t = strbuf_over(unsaid, sizeof unsaid);
	uint64_t cookie;
	enum owner owner;

	if (!yields(rule))
		return false;
	cookie = kernel_cookie(fd);
	owner = entry_find(fd, cookie) ? owner_of(fd, cookie, &older)
				       : NOT_KNOWN;
	/* It was connected before. */
	if (owner == RULE_ALL || owner == RULE_TIMES) {
		if (!older || !stands(fd, older))
			owner = PROGRAM;
		else if (older != rule)
			take_back(fd, older, owner, 0, 0, &t);
	}
	if (owner == NOT_KNOWN)
		owner = owner_by_kernel(fd, rule);
	if (owner == PROGRAM)
		say_yielded(fd, rule);
	if (cookie && !context_observes(rule))
		entry_set(fd, entry_from(cookie, owner, rule));
	return owner == PROGRAM;
}

void override_inherit(int listener, int fd, const struct rule *rule,
		      bool decided)
{
	_Atomic uint64_t *at = entry_of(listener);
	uint64_t entry = at ? *at : 0;
	enum owner owner;

	if (entry && !decided)
		entry = entry_find(listener, kernel_cookie(listener));
	owner = entry_owner(entry);
	entry_put(fd, yields(rule) && (owner == PROGRAM || owner == RULE_TIMES)
			      ? entry_from(0, owner, rule)
			      : 0);
}

void override_copied(int fd, int copy)
{
	const _Atomic uint64_t *from = entry_of(fd);

	entry_put(copy, from ? *from : 0);
}

bool override_has_yielded(int fd, const struct rule *rule)
{
	const struct rule *by;

	return yields(rule) &&
	       (owner_of(fd, kernel_cookie(fd), &by) == PROGRAM ||
		!stands(fd, rule));
}

/* ---- the program's own setsockopt() */

static void say_disagreement(int fd, const struct fd_entry *slot,
			     const char *who, const char *option,
			     const char *set_back)
{
	char what[EVENT_DETAIL_MAX + 1];
	struct strbuf t = strbuf_over(what, sizeof what);
	struct event e;

	strbuf_add(&t, who);
	strbuf_add(&t, option);
	strbuf_add(&t, " stands");
	if (*set_back) {
		strbuf_add(&t, "; set back: ");
		strbuf_add(&t, set_back);
	}
	e = event_on(EVENT_OVERRIDE_KEPT, fd, slot, what);
	event_record(&e);
}

static bool rule_keeps(const struct rule *rule, int level, int name,
		       const void *value, socklen_t len)
{
	char sample[2 * sizeof(int64_t)]; /* the longest: a timeval */
	int count;

	if (rule_value(rule, OVERRIDE) != OVERRIDE_YES)
		return false;
	/* What the kernel would refuse, it shall refuse itself. */
	count = sockopts_bytes_read(rule, level, name, len);
	return count >= 0 &&
	       (!count || !kernel_copy_from(sample, value, (size_t)count));
}

/* The kernel's name of a keepalive option, or NULL. */
static const char *keepalive_name(int level, int name)
{
	for (int i = 0; i <= KEEPALIVE_VALUES; i++)
		if (is_option(i, level, name))
			return sockopts[i].text;
	return NULL;
}

static bool some_rule_yields(void)
{
	const struct policy *policy = &context()->policy;

	for (unsigned i = 0; i < policy->count; i++)
		if (yields(&policy->rule[i]) &&
		    policy->rule[i].value[KEEPALIVE] != UNSET)
			return true;
	return false;
}

static bool is_derived(int fd, const struct rule *rule, int level, int name)
{
	return rule_value(rule, USER_TIMEOUT) == AUTO &&
	       (is_option(IDLE_TIME, level, name) ||
		is_option(INTERVAL, level, name) ||
		is_option(PROBES, level, name)) &&
	       in_force(fd, UNACKNOWLEDGED) == derived_timeout(fd);
}

bool override_before(struct override *o, int fd, int level, int name,
		     const void *value, socklen_t len)
{
	const struct fd_entry *slot = fd_lookup(fd);
	const struct rule *rule = slot ? context_rule(fd_facts(slot).rule)
				       : NULL,
			  *by;

	*o = (struct override){.rule = rule};
	if (!slot || fd_has(slot, ENTRY_NOT_TCP))
		return false;
	if (rule && rule_keeps(rule, level, name, value, len)) {
		say_disagreement(fd, slot, "the rule's ",
				 sockopts_named(rule, level, name), "");
		if (!context_observes(rule))
			return true;
	}
	if (!keepalive_name(level, name))
		return false;
	if (rule && !yields(rule))
		o->derive = !context_observes(rule) &&
			    is_derived(fd, rule, level, name);
	else if (some_rule_yields()) {
		o->owner = owner_of(fd, kernel_cookie(fd), &by);
		o->rule = by ? by : rule;
		o->ours = by && !context_observes(by) && stands(fd, by) &&
			  (o->owner == RULE_ALL || o->owner == RULE_TIMES);
	}
	return false;
}

/* What SO_KEEPALIVE was set to, or true for the other options. */
static bool is_on(int level, const void *value)
{
	int number;

	memcpy(&number, value, sizeof number);
	return level != SOL_SOCKET || number;
}

static void remember(const struct override *o, int fd, enum owner owner)
{
	const uint64_t cookie = o->owner == PROGRAM ? 0 : kernel_cookie(fd);

	if (cookie)
		entry_set(fd, entry_from(cookie, owner, o->rule));
}

static void yield(const struct override *o, int fd, int level, int name,
		  const void *value, struct strbuf *done)
{
	if (level == SOL_SOCKET && is_on(level, value)) {
		if (o->owner == RULE_ALL)
			remember(o, fd, RULE_TIMES);
		return;
	}
	if (o->ours)
		take_back(fd, o->rule, (enum owner)o->owner, level, name, done);
	remember(o, fd, PROGRAM);
}

static void derive_timeout(int fd, const struct fd_entry *slot,
			   const struct rule *rule)
{
	char done[64];
	struct strbuf t = strbuf_over(done, sizeof done);
	const int64_t timeout = derived_timeout(fd);
	const int failed =
		kernel_set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, (int)timeout);
	struct event e;

	if (failed) {
		record_failure(fd, rule, "TCP_USER_TIMEOUT", -failed);
		return;
	}
	sockopt_print(&sockopts[UNACKNOWLEDGED], timeout, &t);
	e = event_on(EVENT_OPTIONS_SET, fd, slot, done);
	event_record(&e);
}

static void note_reuse(struct fd_entry *slot, const void *value)
{
	if (is_on(SOL_SOCKET, value))
		fd_clear_flags(slot, ENTRY_REUSEADDR_OFF);
	else
		fd_set_flags(slot, ENTRY_REUSEADDR_OFF);
}

void override_after(const struct override *o, int fd, int level, int name,
		    const void *value)
{
	struct fd_entry *slot = fd_lookup(fd);
	const struct rule *rule =
		slot ? context_rule(fd_facts(slot).rule) : NULL;
	const char *option = NULL;
	char done[EVENT_DETAIL_MAX + 1];
	struct strbuf t = strbuf_over(done, sizeof done);

	if (!slot || fd_has(slot, ENTRY_NOT_TCP))
		return;
	if (o->derive)
		derive_timeout(fd, slot, rule);
	else if (keepalive_name(level, name) && some_rule_yields() &&
		 (!rule || yields(rule)))
		yield(o, fd, level, name, value, &t);
	if (rule && rule_value(rule, OVERRIDE) != OVERRIDE_YES)
		option = sockopts_named(rule, level, name);
	if (*done)
		option = keepalive_name(level, name);
	if (option)
		say_disagreement(fd, slot, "the program's own ", option, done);
	if (level == SOL_SOCKET && name == SO_REUSEADDR)
		note_reuse(slot, value);
}
