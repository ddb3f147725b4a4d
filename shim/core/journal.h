/* SPDX-License-Identifier: MIT
 * The journal's layout: one file per process image under RUNDIR, a ring of
 * the last JOURNAL_EVENTS events, mapped and written by the library without
 * a system call, read by sockmendctl at any time, also after a crash.
 *
 * A writer takes ticket n from `tickets`, clears the seq of event n mod
 * JOURNAL_EVENTS, fills it and stores seq = n + 1 with release order. A
 * reader trusts an event whose seq is the same, and not 0, before and after
 * it copied it. Forked children go on writing to their parent's journal.
 */
#ifndef SOCKMEND_JOURNAL_H
#define SOCKMEND_JOURNAL_H

#include "core/events.h"

#define JOURNAL_MAGIC "sockmend journal"
#define JOURNAL_VERSION 1
#define JOURNAL_EVENTS 1024
#define JOURNAL_COUNTS 18
#define JOURNAL_SUFFIX ".journal" /* PID-STARTED.journal */

struct journal {
	char magic[16]; /* JOURNAL_MAGIC, no NUL */
	uint32_t version, event_size, events;
	int32_t pid; /* who made it */
	int64_t started; /* nanoseconds, CLOCK_REALTIME */
	_Alignas(8) uint64_t
		tickets; /* events recorded so far; only the last are kept */
	char program[64];
	uint64_t counts[JOURNAL_COUNTS]; /* recorded so far, by enum event_id;
					  * all 0 where the writer keeps none */
	struct event event[JOURNAL_EVENTS];
};

_Static_assert(sizeof(struct journal) == 256 + JOURNAL_EVENTS * 256 &&
		       offsetof(struct journal, started) == 32 &&
		       offsetof(struct journal, tickets) == 40 &&
		       offsetof(struct journal, program) == 48 &&
		       offsetof(struct journal, counts) == 112 &&
		       offsetof(struct journal, event) == 256,
	       "the journal's layout, on every ABI");
_Static_assert(EVENT_COUNT_OF <= JOURNAL_COUNTS, "a count for each event");

/* Where journals live, first that will do: $SOCKMEND_RUNDIR alone if it is
 * set, else these. Mode 0700 and ours. */
#define RUNDIR_SYSTEM "/run/sockmend"
#define RUNDIR_USER_SUBDIR "/sockmend" /* below $XDG_RUNTIME_DIR */
#define RUNDIR_TMP_PREFIX "/tmp/sockmend-" /* and the user number */

#endif
