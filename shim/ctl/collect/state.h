/* SPDX-License-Identifier: MIT
 * What journals have said so far: how far each was read, and the totals, which
 * outlive journals that are overwritten or removed.
 *
 * A round: state_read() brings what is new, state_ack() enters one record
 * as dealt with, state_commit() the end of all that was read. What is not
 * taken comes again in the next round, as long as its journal holds it.
 */
#ifndef SOCKMEND_STATE_H
#define SOCKMEND_STATE_H

#include <stdbool.h>

#include "journal_dirs.h"
#include "counters.h"

/* A journal. */
struct progress {
	struct journal_name name;
	uint64_t next; /* the first ticket not dealt with */
	uint64_t missed; /* lost, and their words not known yet */
	uint64_t placed[EVENT_COUNT_OF]; /* in the totals, by word */
	unsigned quiet, rest; /* rounds without news, and to be left alone */
	uint64_t waited_for; /* events before it had time to be written */
	bool unreadable;
};

/* The journals of one directory, in the order of journal_name_order(). */
struct state_directory {
	char path[RUNDIR_PATH_MAX];
	bool seen; /* in this round */
	unsigned count;
	struct progress *of;
};

struct record {
	struct event event;
	char program[64];
	uid_t owner; /* of the journal */
	struct progress *progress;
	uint64_t ticket;
	int64_t order; /* its time, but never before that of one before it */
};

/* No more records in one round, of this user's journals and of each other
 * user's: what is left over comes in the next. */
#define RECORDS_MAX 65536
#define RECORDS_OF_USER 8192

struct collect_state {
	struct counters totals;
	unsigned shelves;
	struct state_directory *shelf;

	/* What the last round brought, in the order of time. */
	unsigned records, taken;
	struct record *record;
	bool full; /* there is more of this user's */
	bool more; /* and of others' */
	bool changed; /* since it was saved */
	bool waiting; /* for an event that is being written: read again */
	unsigned journals, unreadable;
	int64_t heard_until; /* what is older was handed over before */
};

void state_read(struct collect_state *ledger);

/* The next record, number ledger->taken, is dealt with. */
void state_ack(struct collect_state *ledger);

/* All records are. */
void state_commit(struct collect_state *ledger);

/* As of now, with what was read but not taken. To be freed: free(.of). */
struct counters state_counters(const struct collect_state *ledger);

/* The journals read before from this directory. */
struct state_directory *state_dir(struct collect_state *ledger,
				  const char *path);

void state_free(struct collect_state *ledger);

#endif
