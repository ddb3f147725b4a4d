/* SPDX-License-Identifier: MIT
 * How often each event was seen: by word, rule, program and mode.
 */
#ifndef SOCKMEND_TOTALS_H
#define SOCKMEND_TOTALS_H

#include "events.h"

/* Beside the events: one of a later version, and those nobody has read. */
enum { TOTAL_UNKNOWN = EVENT_COUNT_OF, TOTAL_LOST, TOTAL_KINDS };

/* An event that was overwritten is known by its word alone. */
enum total_mode { TOTAL_MODE_UNKNOWN, TOTAL_MENDED, TOTAL_OBSERVED };

struct total {
	unsigned kind; /* enum event_id, or one of the above; in gauges any */
	enum total_mode mode;
	char rule[RULE_NAME_MAX + 1];
	char program[64];
	uint64_t count;
};

struct totals {
	unsigned count;
	struct total *of; /* free() it */
};

/* Whoever writes journals chooses names as he likes: past so many different
 * ones the program is called TOTALS_OTHER and the rule is not told. */
#define TOTALS_MAX 4096
#define TOTALS_OTHER "(other)"

/* key->count more of these. */
void totals_add(struct totals *totals, const struct total *key);

struct totals totals_copy(const struct totals *totals);

/* What one event adds. */
struct total total_of(const struct event *e, const char *program);

#endif
