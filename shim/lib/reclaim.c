/* SPDX-License-Identifier: MIT
 * Closing descriptors the program leaked.
 *
 * The watch task marks (SLOT_RECLAIM); here everything is asked anew, the word
 * is taken, and the number is closed by the thread that wants a new one.
 */
#include "reclaim.h"

#include <errno.h>
#include <stddef.h>

#include "journal_write.h"
#include "kernel.h"
#include "self.h"

/* How many slots may be marked, by what their rule says of reclaim. Zero is
 * exact: it keeps the way of every accept() short. */
static _Atomic int offered[RECLAIM_YES + 1];

void reclaim_offer(int64_t when)
{
	offered[when]++;
}

/* Is it still the leaked socket, untouched, its connection gone? */
static bool is_leaked(int fd, const struct slot *slot)
{
	struct tcp_facts facts;

	if (slot_has(slot, SLOT_TOUCHED) ||
	    !slot_is_socket(slot, kernel_cookie(fd)))
		return false;
	return !kernel_facts(fd, &facts) && facts.state == STATE_CLOSE;
}

struct want {
	int64_t when; /* RECLAIM_PRESSURE or RECLAIM_YES */
	int closed, left;
};

static bool reclaim_one(int fd, struct slot *slot, void *arg)
{
	struct want *want = arg;
	const struct rule *rule = self_rule(slot->rule);
	struct event e;

	if (!rule || rule_value(rule, CLOSE_WAIT_RECLAIM) != want->when ||
	    !slot_has(slot, SLOT_RECLAIM))
		return true;
	if (!is_leaked(fd, slot)) {
		want->left++;
		return true;
	}
	e = event_on(EVENT_FD_RECLAIMED, fd, slot,
		     "leaked by the program; closed");
	slot_forget(fd);
	kernel_close(fd);
	event_record(&e);
	want->closed++;
	return true;
}

/* How many were closed. Those the program closed itself are no longer
 * counted after this. */
static int reclaim(int64_t when)
{
	struct want want = { when, 0, 0 };

	if (!atomic_load_explicit(&offered[when], memory_order_relaxed))
		return 0;
	atomic_store(&offered[when], 0);
	slot_each(reclaim_one, &want);
	atomic_fetch_add(&offered[when], want.left);
	return want.closed;
}

void reclaim_always(void)
{
	reclaim(RECLAIM_YES);
}

static bool is_scarce(int got)
{
	if (got < 0)
		return errno == EMFILE;
	return (uint64_t)got >= kernel_descriptor_limit() / 5 * 4;
}

bool reclaim_under_pressure(int got)
{
	int closed;

	if (!(offered[RECLAIM_PRESSURE] | offered[RECLAIM_YES]) ||
	    !is_scarce(got))
		return false;
	closed = reclaim(RECLAIM_PRESSURE) + reclaim(RECLAIM_YES);
	return closed && got < 0;
}
