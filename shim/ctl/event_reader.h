/* SPDX-License-Identifier: MIT
 * Gathers the events of all journals, each once, in the order of time.
 */
#ifndef SOCKMEND_EVENT_READER_H
#define SOCKMEND_EVENT_READER_H

#include <stdbool.h>

#include "events.h"
#include "rundir.h"

struct record {
	struct event event;
	char program[64];
};

struct reader {
	bool follow; /* an event being written is waited for */
	char **pid; /* of these alone, and what they forked; all when none */
	int pids;
	unsigned journals; /* seen so far */
	struct record *record; /* what the last reading brought */
	unsigned records;
	struct progress *progress; /* per journal */
	unsigned known;
};

/* What is new in these directories, into reader->record. */
void reader_read(struct reader *r, const struct rundirs *dirs);

void reader_free(struct reader *r);

#endif
