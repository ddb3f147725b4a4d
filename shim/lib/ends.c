/* SPDX-License-Identifier: MIT
 * Reads that brought nothing: the mends eof and errors.
 *
 * Reads that brought data never come here.
 */
#include "ends.h"

#include <errno.h>

#include "journal_write.h"
#include "kernel.h"
#include "self.h"

static void say(enum event_id id, int fd, const struct slot *slot,
		const char *what)
{
	struct event e = event_on(id, fd, slot, what);

	event_record(&e);
}

/* The number may have been closed where we could not see it. */
static bool is_still_socket(int fd, const struct slot *slot)
{
	const uint64_t cookie = kernel_cookie(fd);

	if (slot->cookie_low | slot->cookie_high)
		return slot_is_socket(slot, cookie);
	return kernel_is_tcp(fd);
}

static void count_spin(int fd, struct slot *slot, unsigned limit)
{
	char what[EVENT_DETAIL_MAX + 1];
	struct text t = text_over(what, sizeof what);

	if (slot->reads < UINT16_MAX)
		slot->reads++;
	if (slot->reads < limit || slot_has(slot, SLOT_SPINNING))
		return;
	slot_mark(slot, SLOT_SPINNING);
	text_add_number(&t, limit);
	text_add(&t, " reads in a row returned 0");
	say(EVENT_EOF_SPIN, fd, slot, what);
}

static ssize_t at_end(int fd, struct slot *slot, const struct rule *rule)
{
	const bool spinning = slot_has(slot, SLOT_SPINNING);

	if (slot_has(slot, SLOT_SHUT))
		return 0;
	if (!slot_has(slot, SLOT_EOF_SEEN)) {
		if (!is_still_socket(fd, slot)) {
			slot_forget(fd);
			return 0;
		}
		slot->reads = 0; /* a tag until now: supersede.c */
		if (rule_has(rule, EOF_MEND))
			say(EVENT_EOF_SEEN, fd, slot, "a read returned 0");
	}
	slot_mark(slot, SLOT_EOF_SEEN | SLOT_TOUCHED);
	if (!rule_has(rule, EOF_MEND))
		return 0;
	count_spin(fd, slot, (unsigned)rule_value(rule, EOF_SPIN_LIMIT));
	if (!spinning || self()->observe ||
	    rule_value(rule, EOF_ANSWER) != ANSWER_RESET)
		return 0;
	errno = ECONNRESET;
	return -1;
}

static bool is_after_reset(int error)
{
	return error == EPIPE || error == ECONNRESET || error == ENOTCONN;
}

/* What a dead peer leaves in a socket: keepalive, the user timeout, or a
 * router's word on unacknowledged data. */
static bool is_probe_error(int error)
{
	return error == ETIMEDOUT || error == EHOSTUNREACH ||
	       error == ENETUNREACH;
}

/* A connection we reset answers EPIPE, ECONNRESET and ENOTCONN in turn; one a
 * peer reset answers ECONNRESET and then the end of file. Be like that one. */
static ssize_t as_if_reset_by_peer(int fd, struct slot *slot)
{
	const bool first = !slot_has(slot, SLOT_EOF_SEEN);

	kernel_get(fd, SOL_SOCKET, SO_ERROR); /* taken: not to be seen twice */
	slot_mark(slot, SLOT_EOF_SEEN | SLOT_TOUCHED);
	if (!first)
		return 0;
	errno = ECONNRESET;
	return -1;
}

/* Most often EAGAIN: then nothing more is looked up. */
static ssize_t in_error(int fd, struct slot *slot)
{
	const int error = errno;
	const struct rule *rule;

	if (slot_has(slot, SLOT_EOF_SEEN))
		slot_mark(slot, SLOT_TOUCHED);
	if (slot_has(slot, SLOT_RESET) && is_after_reset(error))
		return as_if_reset_by_peer(fd, slot);
	if (!is_probe_error(error))
		return -1;
	rule = self_rule(slot->rule);
	if (!rule || rule_value(rule, ERRORS) != ERRORS_EOF)
		return -1;
	slot_mark(slot, SLOT_EOF_SEEN | SLOT_TOUCHED);
	say(EVENT_EOF_SEEN, fd, slot,
	    error == ETIMEDOUT ? "ETIMEDOUT given as end of file"
			       : "an unreachable peer given as end of file");
	return self()->observe ? -1 : 0;
}

ssize_t read_ended(int fd, ssize_t got, size_t len, int flags)
{
	struct slot *slot = slot_known(fd);
	const struct rule *rule;

	if (!slot || !slot->rule || slot_has(slot, SLOT_LISTENER))
		return got;
	if (got < 0)
		return in_error(fd, slot);
	rule = self_rule(slot->rule);
	if (!rule)
		return got;
	if (!len || flags & (MSG_PEEK | MSG_ERRQUEUE | MSG_OOB))
		return got;
	return at_end(fd, slot, rule);
}
