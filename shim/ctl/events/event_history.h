/* SPDX-License-Identifier: MIT
 * What a journal says of single sockets: which events, how often, when.
 */
#ifndef SOCKMEND_EVENT_HISTORY_H
#define SOCKMEND_EVENT_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/events.h"
#include "core/journal.h"

/* Of one socket. Times are nanoseconds, CLOCK_REALTIME; 0: never. */
struct history {
	unsigned events; /* all of them */
	uint16_t count[EVENT_COUNT_OF]; /* would included */
	uint16_t done[EVENT_COUNT_OF]; /* without would */
	int64_t last[EVENT_COUNT_OF];
	bool would;
	enum direction direction; /* ANY: none of them tells */
	int64_t begun; /* when it was connected or accepted, if one tells */
	char rule[RULE_NAME_MAX + 1]; /* the last one that is named; "": none */
};

/* A journal made ready to be asked by SO_COOKIE. */
struct event_index {
	unsigned count;
	struct event event[JOURNAL_EVENTS]; /* by cookie, then by time */
};

void event_index_make(struct event_index *index, const struct journal *journal);

/* A socket keeps its cookie when it is connected anew: what was about another
 * peer is left out. */
struct history event_index_find(const struct event_index *index,
				uint64_t cookie, const struct endpoint *peer);

#endif
