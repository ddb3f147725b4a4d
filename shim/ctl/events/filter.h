/* SPDX-License-Identifier: MIT
 * Which events are asked for.
 */
#ifndef SOCKMEND_FILTER_H
#define SOCKMEND_FILTER_H

#include "core/events.h"

struct filter {
	int64_t since, until; /* nanoseconds, CLOCK_REALTIME */
	uint64_t events; /* a bit for each; 0: all */
	const char *program, *rule; /* globs; NULL: all */
	struct prefix peer;
	bool of_peer;
};

_Static_assert(EVENT_COUNT_OF <= 64, "a bit for each event");

/* All of them. */
struct filter filter_nothing(void);

/* Those of this kind too. False when there is no such event. */
bool filter_add_event(struct filter *filter, const char *word);

/* False when it is no ADDR[/LEN][:PORT[-PORT]]. */
bool filter_set_peer(struct filter *filter, const char *text);

bool filter_takes(const struct filter *filter, const struct event *e,
		  const char *program);

#endif
