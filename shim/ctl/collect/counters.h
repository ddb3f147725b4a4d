/* SPDX-License-Identifier: MIT
 * How often each event was seen: by word, rule, program, mode and user.
 */
#ifndef SOCKMEND_COUNTERS_H
#define SOCKMEND_COUNTERS_H

#include <sys/types.h>

#include "core/events.h"

/* Beside the events: one of a later version, and those that were not read. */
enum { TOTAL_UNKNOWN = EVENT_COUNT_OF, TOTAL_LOST, TOTAL_KINDS };

/* An event that was overwritten is known by its word alone. */
enum total_mode { TOTAL_MODE_UNKNOWN, TOTAL_MENDED, TOTAL_OBSERVED };

#define TOTALS_ANY_UID ((uid_t)-1) /* one of many users */

struct total {
	unsigned kind; /* enum event_id, or one of the above; in gauges any */
	enum total_mode mode;
	uid_t uid; /* who owns the journal or the process; or: */
	char rule[RULE_NAME_MAX + 1];
	char program[64];
	uint64_t count;
};

struct counters {
	unsigned count;
	struct total *of; /* free() it */
};

/* The owner of a journal chooses names freely, so the number of different ones
 * is limited: for this user, for each other user, and for all others together.
 * Beyond it the program is TOTALS_OTHER, without a rule. No user can use up
 * the quota of this one. */
#define TOTALS_MAX 4096
#define TOTALS_OF_USER 512
#define TOTALS_OF_OTHERS 8192
#define TOTALS_OTHER "(other)"

/* key->count more of these. */
void totals_add(struct counters *totals, const struct total *key);

struct counters totals_copy(const struct counters *totals);

/* What one event adds, from a journal of that user. */
struct total total_of(const struct event *e, const char *program, uid_t uid);

#endif
