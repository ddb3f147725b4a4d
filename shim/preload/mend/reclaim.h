/* SPDX-License-Identifier: MIT
 * Closing descriptors the program leaked: on its own thread, inside its next
 * socket() or accept(), never behind its back.
 */
#ifndef SOCKMEND_RECLAIM_H
#define SOCKMEND_RECLAIM_H

#include <stdbool.h>
#include <stdint.h>

/* The watch task found one more that may be closed, by RECLAIM_PRESSURE or
 * RECLAIM_YES. */
void reclaim_offer(int64_t when);

/* Before a descriptor is made: close those whose rule says `yes`. */
void reclaim_always(void);

/* After one was made, or could not be (got < 0): when descriptors are scarce
 * (over 80 % of RLIMIT_NOFILE, or EMFILE) close those whose rule says
 * `pressure` too. Gives whether the call is worth another try. */
bool reclaim_under_pressure(int got);

#endif
