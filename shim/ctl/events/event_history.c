/* SPDX-License-Identifier: MIT
 * Sorts a journal's events by their sockets.
 */
#include "event_history.h"

#include <stdlib.h>
#include <string.h>

#include "journal_read.h"

static int by_cookie(const void *a, const void *b)
{
	const struct event *one = a, *two = b;

	if (one->cookie != two->cookie)
		return one->cookie < two->cookie ? -1 : 1;
	return (one->seq > two->seq) - (one->seq < two->seq);
}

void event_index_make(struct event_index *index, const struct journal *journal)
{
	index->count = 0;
	for (unsigned i = 0; i < JOURNAL_EVENTS; i++) {
		const struct event *e = &journal->event[i];

		if (!e->seq || !e->cookie || e->id >= EVENT_COUNT_OF)
			continue;
		index->event[index->count++] = *e;
	}
	qsort(index->event, index->count, sizeof *index->event, by_cookie);
}

static unsigned first_of(const struct event_index *c, uint64_t cookie)
{
	unsigned low = 0, high = c->count;

	while (low < high) {
		const unsigned middle = (low + high) / 2;

		if (c->event[middle].cookie < cookie)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* These two are said while a connection is made or accepted, or, with no peer
 * yet, of a listener. */
static bool begins(const struct event *e)
{
	return (e->id == EVENT_OPTIONS_SET || e->id == EVENT_PORT_FREED) &&
	       e->peer.known;
}

static void add_event(struct history *h, const struct event *e)
{
	h->events++;
	h->count[e->id]++;
	if (!(e->flags & EVENT_WOULD))
		h->done[e->id]++;
	h->last[e->id] = e->time;
	h->would = e->flags & EVENT_WOULD;
	if (begins(e) && !h->begun)
		h->begun = e->time;
	if (e->peer.known)
		h->direction = e->flags & EVENT_ACCEPT ? DIRECTION_ACCEPT
						       : DIRECTION_CONNECT;
	if (*e->rule)
		memcpy(h->rule, e->rule, sizeof h->rule);
}

static bool is_about_another(const struct event *e, const struct endpoint *peer)
{
	if (!e->peer.known)
		return false;
	return e->peer.port != peer->port ||
	       memcmp(e->peer.addr, peer->addr, sizeof peer->addr);
}

struct history event_index_find(const struct event_index *index,
				uint64_t cookie, const struct endpoint *peer)
{
	struct history h = {0};

	for (unsigned i = first_of(index, cookie);
	     i < index->count && index->event[i].cookie == cookie; i++)
		if (!is_about_another(&index->event[i], peer))
			add_event(&h, &index->event[i]);
	return h;
}
