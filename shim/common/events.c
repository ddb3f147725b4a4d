/* SPDX-License-Identifier: MIT
 * The words of the events, and one line of text for an event.
 */
#include "events.h"

#include <string.h>

const char event_words[EVENT_COUNT_OF][24] = {
#define X(id, word, ...) word,
	FOR_EACH_EVENT(X)
#undef X
};

static void add_connection(struct text *t, const struct event *e)
{
	if (!e->local.known && !e->peer.known)
		return;
	text_add_char(t, ' ');
	text_add_endpoint(t, &e->local);
	if (!e->peer.known)
		return;
	text_add(t, e->flags & EVENT_ACCEPT ? " <- " : " -> ");
	text_add_endpoint(t, &e->peer);
}

void event_line(const struct event *e, const char *program, struct text *t)
{
	text_add_printable(t, program, 64);
	text_add_char(t, '[');
	text_add_number(t, e->pid);
	text_add_char(t, ']');
	if (e->fd >= 0) {
		text_add(t, " fd ");
		text_add_number(t, e->fd);
	}
	text_add(t, e->flags & EVENT_WOULD ? " would " : " ");
	text_add(t, e->id < EVENT_COUNT_OF ? event_words[e->id] : "unknown");
	if (*e->rule) {
		text_add(t, " rule ");
		text_add_printable(t, e->rule, sizeof e->rule);
	}
	add_connection(t, e);
	if (!*e->detail)
		return;
	text_add(t, ": ");
	text_add_printable(t, e->detail, sizeof e->detail);
}
