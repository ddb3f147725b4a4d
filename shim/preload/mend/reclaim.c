/* SPDX-License-Identifier: MIT
 * Closing descriptors the program leaked.
 *
 * The watch task marks (ENTRY_RECLAIMABLE); here the entry is held, everything
 * is asked anew, and the number is closed by the thread that wants a new one,
 * while it is held: so it is no other file's, and no other thread's close().
 */
#include "mend/reclaim.h"

#include <errno.h>
#include <stddef.h>

#include "state/fd_lock.h"
#include "state/journal_write.h"
#include "sys/kernel.h"
#include "state/context.h"

/* How many slots may be marked, by what their rule says of reclaim. Zero is
 * exact: it keeps the way of every accept() short. */
static _Atomic int offered[RECLAIM_YES + 1];

void reclaim_offer(int64_t when)
{
	offered[when]++;
}

/* Is it still the leaked socket, untouched, its connection gone? */
static bool is_leaked(const struct locked_fd *h)
{
	struct tcp_clocks tcp;

	return !(h->facts.flags & ENTRY_READ_AFTER_EOF) && fd_lock_is_same(h) &&
	       !kernel_tcp_clocks(h->fd, &tcp) && tcp.state == STATE_CLOSE;
}

struct pass {
	int64_t when; /* RECLAIM_PRESSURE or RECLAIM_YES */
	int closed, left;
};

static void close_held(const struct locked_fd *h)
{
	struct event e =
		event_of_entry(EVENT_FD_RECLAIMED, h->fd, h->facts, h->rule,
			       "leaked by the program; closed");

	e.local = kernel_local(h->fd);
	e.peer = kernel_peer(h->fd);
	e.cookie = kernel_cookie(h->fd);
	kernel_close(h->fd);
	event_record(&e);
}

static bool reclaim_one(int fd, struct fd_entry *slot, void *arg)
{
	struct pass *pass = arg;
	struct locked_fd h;

	if (!fd_has(slot, ENTRY_RECLAIMABLE) || !fd_lock(&h, fd))
		return true;
	if (!h.rule || !(h.facts.flags & ENTRY_RECLAIMABLE) ||
	    rule_value(h.rule, CLOSE_WAIT_RECLAIM) != pass->when) {
		fd_lock_release(&h);
		return true;
	}
	if (is_leaked(&h)) {
		close_held(&h);
		pass->closed++;
		fd_lock_release_untrack(&h);
	} else {
		pass->left++;
		fd_lock_release(&h);
	}
	return true;
}

/* How many were closed. Those the program closed itself are no longer
 * counted after this. */
static int reclaim(int64_t when)
{
	struct pass pass = {when, 0, 0};

	if (!atomic_load_explicit(&offered[when], memory_order_relaxed))
		return 0;
	atomic_store(&offered[when], 0);
	fd_for_each(reclaim_one, &pass);
	atomic_fetch_add(&offered[when], pass.left);
	return pass.closed;
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
