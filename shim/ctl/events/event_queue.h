/* SPDX-License-Identifier: MIT
 * Events that wait for their place in time: the oldest comes out first.
 */
#ifndef SOCKMEND_EVENT_QUEUE_H
#define SOCKMEND_EVENT_QUEUE_H

#include "core/events.h"

struct record {
	struct event event;
	char program[64];
};

struct backlog {
	struct record *of; /* a heap: no element is younger than its two */
	unsigned count, room;
};

void backlog_put(struct backlog *backlog, const struct record *record);

/* The oldest, NULL when there is none. */
const struct record *backlog_oldest(const struct backlog *backlog);

/* It goes. */
void backlog_drop(struct backlog *backlog);

void backlog_free(struct backlog *backlog);

#endif
