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

static bool goes_first(const struct backlog *b, unsigned one, unsigned two)
{
	return is_before(&b->of[one].event, &b->of[two].event);
}

static void swap(struct backlog *b, unsigned one, unsigned two)
{
	const struct record kept = b->of[one];

	b->of[one] = b->of[two];
	b->of[two] = kept;
}

void backlog_put(struct backlog *b, const struct record *record)
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

const struct record *backlog_oldest(const struct backlog *b)
{
	return b->count ? b->of : NULL;
}

void backlog_drop(struct backlog *b)
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

void backlog_free(struct backlog *b)
{
	free(b->of);
	*b = (struct backlog){0};
}
