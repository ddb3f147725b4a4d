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

struct event_queue {
	struct record *of; /* a heap: no element is younger than its two */
	unsigned count, room;
};

void event_queue_push(struct event_queue *queue, const struct record *record);

/* The oldest, NULL when there is none. */
const struct record *event_queue_peek(const struct event_queue *queue);

/* It goes. */
void event_queue_pop(struct event_queue *queue);

void event_queue_free(struct event_queue *queue);

#endif
