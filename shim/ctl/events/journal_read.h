/* SPDX-License-Identifier: MIT
 * Reads a journal that may be truncated, forged, or written to meanwhile.
 */
#ifndef SOCKMEND_JOURNAL_READ_H
#define SOCKMEND_JOURNAL_READ_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/journal.h"

/* Copy a journal of ours into *journal, unless it has no more than `known`
 * tickets. False, with *wrong set to what is wrong or to NULL when there is
 * just nothing (new) to read. What was copied can be trusted to be in bounds:
 * strings end, and every event that is not whole has seq 0. */
bool journal_read(int dir, const char *name, uint64_t known,
		  struct journal *journal, const char **wrong);

/* The same of a file that is open already and must be of this owner. Gives
 * what is wrong, or NULL; *read is set to true when it was copied. */
const char *journal_read_open(int fd, uid_t owner, uint64_t known,
			      struct journal *journal, bool *read);

/* The event with this ticket, or NULL when it is gone or not whole. */
const struct event *journal_event(const struct journal *journal,
				  uint64_t ticket);

#endif
