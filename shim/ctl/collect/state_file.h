/* SPDX-License-Identifier: MIT
 * The ledger in a file, so that it outlives who keeps it:
 *
 *   sockmend-ledger 18
 *   total 4 1 42 =cameras =camsrv 0
 *   dir =/run/sockmend
 *   journal 812-1795200000000000000.journal 42 0 0 0 0 0 42 0 0 0 0 0 0 0 0
 *   end 5d1c63a9
 *
 * Bytes of a text that would be ambiguous are written %XX; the last line has
 * the FNV-1a hash of all before it. The banner: how many events there are. A
 * total: kind, mode, count, rule, program, user.
 * A journal: its name, the next ticket, how many are missed, how many of each
 * word are placed.
 */
#ifndef SOCKMEND_STATE_FILE_H
#define SOCKMEND_STATE_FILE_H

#include "state.h"

#define COLLECT_LEDGER "collect.ledger" /* in RUNDIR, unless told otherwise */
#define METRICS_LEDGER "metrics.ledger"

/* Fill an empty ledger. NULL when nothing is wrong, also when there is no such
 * file; else what is wrong, and the ledger is empty then but for heard_until,
 * the time the file was written. */
const char *state_load(struct collect_state *ledger, const char *path);

/* Until this process ends no other gets past here for that ledger; waits
 * for its turn, or not. NULL, or what is wrong. */
const char *state_lock(const char *path, bool wait);

/* NULL, or what is wrong. */
const char *state_save(struct collect_state *ledger, const char *path);

#endif
