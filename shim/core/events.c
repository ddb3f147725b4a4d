/* SPDX-License-Identifier: MIT
 * The words of the events, and one line of text for an event.
 */
#include "core/events.h"

#include <string.h>

const char event_words[EVENT_COUNT_OF][24] = {
#define X(id, word, ...) word,
	FOR_EACH_EVENT(X)
#undef X
};

static void add_connection(struct strbuf *t, const struct event *e)
{
	if (!e->local.known && !e->peer.known)
		return;
	strbuf_add_char(t, ' ');
	strbuf_add_endpoint(t, &e->local);
	if (!e->peer.known)
		return;
	strbuf_add(t, e->flags & EVENT_ACCEPT ? " <- " : " -> ");
	strbuf_add_endpoint(t, &e->peer);
}

void event_line(const struct event *e, const char *program, struct strbuf *t)
{
	strbuf_add_printable(t, program, 64);
	strbuf_add_char(t, '[');
	strbuf_add_number(t, e->pid);
	strbuf_add_char(t, ']');
	if (e->fd >= 0) {
		strbuf_add(t, " fd ");
		strbuf_add_number(t, e->fd);
	}
	strbuf_add(t, e->flags & EVENT_WOULD ? " would " : " ");
	strbuf_add(t, e->id < EVENT_COUNT_OF ? event_words[e->id] : "unknown");
	if (*e->rule) {
		strbuf_add(t, " rule ");
		strbuf_add_printable(t, e->rule, sizeof e->rule);
	}
	add_connection(t, e);
	if (!*e->detail)
		return;
	strbuf_add(t, ": ");
	strbuf_add_printable(t, e->detail, sizeof e->detail);
}
