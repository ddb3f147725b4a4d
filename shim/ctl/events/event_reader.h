/* SPDX-License-Identifier: MIT
 * Gathers the events of all journals, each once, in the order of time.
 */
#ifndef SOCKMEND_EVENT_READER_H
#define SOCKMEND_EVENT_READER_H

#include <stdbool.h>

#include "event_queue.h"
#include "filter.h"
#include "journal_dirs.h"

#define EVERY_EVENT INT64_C(-1)

struct reader {
	bool follow; /* an event being written is waited for */
	char **pid; /* of these alone, and what they forked; all when none */
	int pids;
	struct filter filter;
	int64_t last; /* so many at most, the last ones, or EVERY_EVENT */
	void (*give)(const struct record *record); /* called for each */

	unsigned journals; /* the last reading saw */
	struct progress *progress; /* of each, in the order they began */
	struct event_queue queue;
	unsigned complaints;
};

/* Give what is new in these directories. */
void reader_read(struct reader *r, const struct journal_dirs *dirs);

void reader_free(struct reader *r);

#endif
