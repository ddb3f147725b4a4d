/* SPDX-License-Identifier: MIT
 * Reads that brought no data: the mends eof and errors.
 *
 * What is counted is counted without a question to the kernel; but an answer
 * is changed only while the entry is held, and after the kernel has proved that
 * the number is still that connection (state/fd_lock.h).
 */
#include "socket/eof.h"

#include <errno.h>

#include "state/fd_lock.h"
#include "state/journal_write.h"
#include "sys/kernel.h"
#include "state/process.h"
#include "sys/races.h"
#include "state/context.h"

static void record(enum event_id id, int fd, struct facts facts,
		   const struct rule *rule, const char *what)
{
	struct event e = event_of_entry(id, fd, facts, rule, what);

	event_record(&e);
}

/* Where nothing is watched, as under the profile safe, a read makes no system
 * call of ours: the event is saved at the close. */
static void record_end(int fd, struct facts facts, const struct rule *rule)
{
	struct event e = event_of_entry(EVENT_EOF_SEEN, fd, facts, rule,
					"a read returned 0");

	if (*fd_identity(fd))
		event_record(&e);
	else
		event_record_later(&e);
}

static void record_spin(int fd, struct facts facts, const struct rule *rule,
			unsigned limit)
{
	char what[EVENT_DETAIL_MAX + 1];
	struct strbuf t = strbuf_over(what, sizeof what);

	strbuf_add_number(&t, limit);
	strbuf_add(&t, limit == 1 ? " read returned 0"
				  : " reads in a row returned 0");
	record(EVENT_EOF_SPIN, fd, facts, rule, what);
}

/* May the answer of a read on this number be changed? Not if it is another
 * socket, or a file, by now: then the entry is dropped. */
static bool is_proved(int fd, unsigned serial)
{
	struct locked_fd h;
	bool same;

	if (!fd_lock(&h, fd))
		return false;
	if (h.facts.serial != serial) {
		fd_lock_release(&h);
		return false;
	}
	same = fd_lock_is_same(&h);
	if (same)
		fd_lock_release(&h);
	else
		fd_lock_release_untrack(&h);
	return same;
}

/* Count a read that returned 0. False: the number has another use. */
static bool count_end(struct fd_entry *slot, struct facts *facts,
		      unsigned limit)
{
	struct facts was = *facts, now;

	do {
		if (was.serial != facts->serial)
			return false;
		now = was;
		if (!(was.flags & ENTRY_EOF_SEEN))
			now.value = 1;
		else if (was.value < UINT16_MAX)
			now.value = (uint16_t)(was.value + 1);
		now.flags |= ENTRY_EOF_SEEN | ENTRY_READ_AFTER_EOF;
		if (limit && now.value >= limit)
			now.flags |= ENTRY_SPINNING;
	} while (!fd_change(slot, &was, now));
	/* Before, but for the number of reads. */
	was.value = now.value;
	*facts = was;
	return true;
}

static ssize_t handle_eof(int fd, struct fd_entry *slot, struct facts facts,
			  const struct rule *rule)
{
	const bool counts = rule_has(rule, EOF_MEND);
	const unsigned limit =
		counts ? (unsigned)rule_value(rule, EOF_SPIN_LIMIT) : 0;

	if (facts.flags & ENTRY_RD_SHUT || !count_end(slot, &facts, limit) ||
	    !counts)
		return 0;
	if (!(facts.flags & ENTRY_EOF_SEEN))
		record_end(fd, facts, rule);
	if (facts.value < limit)
		return 0;
	if (!(facts.flags & ENTRY_SPINNING))
		record_spin(fd, facts, rule, limit);
	if (context_observes(rule) ||
	    rule_value(rule, EOF_ANSWER) != ANSWER_RESET ||
	    !is_proved(fd, facts.serial))
		return 0;
	errno = ECONNRESET;
	return -1;
}

/* A peer's reset gives ECONNRESET once, then 0. A thread that waited in a read
 * while we reset its connection is answered EPIPE, and the connection's own
 * error, ECONNRESET, is left for the next read: so that error is taken. Where
 * the shutdown() of kernel_reset was refused, later reads say ENOTCONN. */
static ssize_t as_if_reset_by_peer(int fd, struct facts facts, int error)
{
	ssize_t got = -1;
	struct locked_fd h;

	if (!fd_lock(&h, fd))
		return -1;
	if (h.facts.serial == facts.serial && fd_lock_is_same(&h)) {
		kernel_get(fd, SOL_SOCKET, SO_ERROR);
		errno = ECONNRESET;
		if (error == ENOTCONN)
			got = 0;
	}
	fd_lock_release(&h);
	return got;
}

/* What the kernel says when the peer of a connection no longer answers: probes
 * or data timed out, or a router reported it. */
static bool is_peer_dead(int error)
{
	return error == ETIMEDOUT || error == EHOSTUNREACH ||
	       error == ENETUNREACH;
}

static const char *dead_detail(int error)
{
	return error == ETIMEDOUT ? "ETIMEDOUT read"
				  : "unreachable: error read";
}

bool read_error_is_eof(int fd, int error)
{
	struct fd_entry *slot = fd_lookup(fd);
	struct tcp_clocks tcp;
	struct facts facts;
	const struct rule *rule;
	struct locked_fd h;
	bool ended;

	if (!slot || !is_peer_dead(error))
		return false;
	facts = fd_facts(slot);
	rule = context_rule(facts.rule);
	if (!rule || rule_value(rule, ERRORS) != ERRORS_EOF ||
	    facts.flags & ENTRY_LISTENER || !fd_lock(&h, fd))
		return false;
	/* With IP_RECVERR such an error is no end (ip(7)). */
	ended = h.facts.serial == facts.serial && fd_lock_is_same(&h) &&
		!kernel_tcp_clocks(fd, &tcp) && tcp.state == STATE_CLOSE;
	if (ended)
		record(EVENT_EOF_SEEN, fd, facts, rule,
		       error == ETIMEDOUT
			       ? "ETIMEDOUT given as end of file"
			       : "an unreachable peer given as end of file");
	if (ended && !context_observes(rule))
		fd_set_value(slot, 0, ENTRY_EOF_SEEN | ENTRY_READ_AFTER_EOF, 0);
	fd_lock_release(&h);
	return ended && !context_observes(rule);
}

/* Most often EAGAIN: then nothing more is looked up. */
static ssize_t handle_error(int fd, struct fd_entry *slot, struct facts facts)
{
	const int error = errno;
	const struct rule *rule;

	if ((facts.flags & (ENTRY_EOF_SEEN | ENTRY_READ_AFTER_EOF)) ==
	    ENTRY_EOF_SEEN)
		fd_change_flags(slot, &facts, ENTRY_READ_AFTER_EOF, 0);
	if ((error == EPIPE || error == ENOTCONN) &&
	    facts.flags & ENTRY_RESET_BY_US)
		return as_if_reset_by_peer(fd, facts, error);
	rule = is_peer_dead(error) ? context_rule(facts.rule) : NULL;
	if (rule)
		record(EVENT_PEER_DEAD, fd, facts, rule, dead_detail(error));
	return -1;
}

ssize_t read_without_data(int fd, ssize_t got, size_t len, int flags)
{
	struct fd_entry *slot = fd_lookup(fd);
	const struct rule *rule;
	struct facts facts;

	if (!slot)
		return got;
	facts = fd_facts(slot);
	RACE_POINT();
	if (!facts.rule || facts.flags & (ENTRY_LISTENER | ENTRY_NOT_TCP) ||
	    !process_id_is_known())
		return got;
	if (got < 0)
		return handle_error(fd, slot, facts);
	rule = context_rule(facts.rule);
	if (!rule || !len || flags & (MSG_PEEK | MSG_ERRQUEUE | MSG_OOB))
		return got;
	return handle_eof(fd, slot, facts, rule);
}
