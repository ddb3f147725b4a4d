/* SPDX-License-Identifier: MIT
 * Events that wait for their place in time, in a binary heap.
 */
#include "event_queue.h"

#include <stdlib.h>

#include "array_grow.h"

static bool is_before(const struct event *one, const struct event *two)
{
	if (one->time != two->time)
		return one->time < two->time;
	if (one->pid != two->pid)
		return one->pid < two->pid;
	return one->seq < two->seq;
}

static bool goes_first(const struct event_queue *b, unsigned one, unsigned two)
{
	return is_before(&b->of[one].event, &b->of[two].event);
}

static void swap(struct event_queue *b, unsigned one, unsigned two)
{
	const struct record kept = b->of[one];

	b->of[one] = b->of[two];
	b->of[two] = kept;
}

void event_queue_push(struct event_queue *b, const struct record *record)
{
	unsigned at = b->count++;

	if (at == b->room) {
		b->of = grow(b->of, at, sizeof *b->of);
		b->room = at ? 2 * at : 1;
	}
	b->of[at] = *record;
	for (; at && goes_first(b, at, (at - 1) / 2); at = (at - 1) / 2)
		swap(b, at, (at - 1) / 2);
}

const struct record *event_queue_peek(const struct event_queue *b)
{
	return b->count ? b->of : NULL;
}

void event_queue_pop(struct event_queue *b)
{
	unsigned at = 0, first;

	b->of[0] = b->of[--b->count];
	while ((first = 2 * at + 1) < b->count) {
		if (first + 1 < b->count && goes_first(b, first + 1, first))
			first++;
		if (!goes_first(b, first, at))
			return;
		swap(b, first, at);
		at = first;
	}
}

void event_queue_free(struct event_queue *b)
{
	free(b->of);
	*b = (struct event_queue){0};
}
