/* SPDX-License-Identifier: MIT
 * Status as a table for people.
 */
#include <string.h>

#include "status.h"
#include "core/strbuf.h"

static const struct column columns[] = {
	{"PID", 1, true, false},     {"PROGRAM", 3, false, false},
	{"FD", 9, true, false},	     {"RULE", 4, false, false},
	{"STATE", 0, false, false},  {"DIR", 11, false, false},
	{"LOCAL", 10, false, false}, {"PEER", 2, false, false},
	{"AGE", 12, true, false},    {"RECEIVED", 6, true, false},
	{"SENT", 8, true, false},    {"RECVQ", 13, true, false},
	{"SENDQ", 14, true, false},  {"NEXT", 5, false, false},
	{"IN", 5, true, true},	     {"MENDS", 7, false, false},
};

enum {
	PID,
	PROGRAM,
	FD,
	RULE,
	STATE,
	DIR,
	LOCAL,
	PEER,
	AGE,
	RECEIVED,
	SENT,
	RECVQ,
	SENDQ,
	NEXT,
	IN,
	MENDS,
	COLUMNS,
};

_Static_assert(COLUMNS == sizeof columns / sizeof *columns, "a title each");
_Static_assert(COLUMNS <= TABLE_COLUMNS, "room for each");

#define CELL 160

static const char *keep(struct pool *pool, const struct strbuf *t)
{
	return pool_copy(pool, t->start, (size_t)(t->at - t->start));
}

static const char *number(struct pool *pool, int64_t value)
{
	char cell[CELL];
	struct strbuf t = strbuf_over(cell, sizeof cell);

	strbuf_add_number(&t, value);
	return keep(pool, &t);
}

static const char *word(struct pool *pool, const char *value)
{
	char cell[CELL];
	struct strbuf t = strbuf_over(cell, sizeof cell);

	strbuf_add_printable(&t, value, 64);
	return keep(pool, &t);
}

static const char *endpoint(struct pool *pool, const struct endpoint *e)
{
	char cell[CELL];
	struct strbuf t = strbuf_over(cell, sizeof cell);

	if (!e->known)
		return NULL;
	strbuf_add_endpoint(&t, e);
	return keep(pool, &t);
}

static void add_two_digits(struct strbuf *t, int64_t value)
{
	if (value < 10)
		strbuf_add_char(t, '0');
	strbuf_add_number(t, value);
}

/* 5 of 60 as "5m07s": the larger unit, and what is left in the smaller. */
static void add_units(struct strbuf *t, int64_t value, unsigned of,
		      const char units[2])
{
	strbuf_add_number(t, value / of);
	strbuf_add_char(t, units[0]);
	add_two_digits(t, value % of);
	strbuf_add_char(t, units[1]);
}

/* "0.3s", "12s", "5m07s", "2h05m", "3d04h": as exact as people want it. */
static const char *duration(struct pool *pool, int64_t ms)
{
	const int64_t s = ms / 1000;
	char cell[CELL];
	struct strbuf t = strbuf_over(cell, sizeof cell);

	if (ms < 0)
		return NULL;
	if (s < 60) {
		strbuf_add_number(&t, s);
		if (s < 10)
			strbuf_add_char(&t, '.');
		if (s < 10)
			strbuf_add_number(&t, ms % 1000 / 100);
		strbuf_add_char(&t, 's');
	} else if (s < 3600) {
		add_units(&t, s, 60, "ms");
	} else if (s < 86400) {
		add_units(&t, s / 60, 60, "hm");
	} else {
		add_units(&t, s / 3600, 24, "dh");
	}
	return keep(pool, &t);
}

static const char *mends(struct pool *pool, const struct history *h)
{
	char cell[CELL];
	struct strbuf t = strbuf_over(cell, sizeof cell);

	for (unsigned i = 0; i < EVENT_COUNT_OF; i++) {
		if (!h->done[i])
			continue;
		if (t.at > t.start)
			strbuf_add_char(&t, ',');
		strbuf_add(&t, event_words[i]);
		if (h->done[i] > 1) {
			strbuf_add_char(&t, '*');
			strbuf_add_number(&t, h->done[i]);
		}
	}
	return keep(pool, &t);
}

static const char *direction(const struct connection *c, bool terminal)
{
	if (c->socket->state == STATE_LISTEN)
		return NULL;
	if (c->direction == DIRECTION_ANY)
		return "?";
	if (c->direction == DIRECTION_ACCEPT)
		return terminal ? "<-" : "accept";
	return terminal ? "->" : "connect";
}

/* Overdue: the library does not see what we see. */
static void fill_next(struct row *row, const struct next *next,
		      struct pool *pool, bool terminal)
{
	const char *would = next->would ? "would " : "";

	if (!next->what)
		return;
	row->cell[IN] = next->due < 0 ? "due" : duration(pool, next->due);
	row->cell[NEXT] = next->what;
	if (*would || terminal)
		row->cell[NEXT] = pool_print(pool, "%s%s%s%s", would,
					     next->what, terminal ? " " : "",
					     terminal ? row->cell[IN] : "");
}

/* Warm where something is wrong or near, cool where it rests. */
static const char *colour_of(const struct connection *c)
{
	if (!c->socket || c->socket->state == STATE_LISTEN)
		return "2";
	if (c->socket->state == STATE_CLOSE_WAIT)
		return "31";
	if (c->history.count[EVENT_IDLE_ENDED] ||
	    c->history.count[EVENT_MEND_FAILED])
		return "35";
	if (c->next.what && strcmp(c->next.what, "keepalive") &&
	    c->next.due < 5 * SECOND)
		return "33";
	return c->rule ? "32" : NULL;
}

static void fill_socket(struct row *row, const struct connection *c,
			struct pool *pool, bool terminal)
{
	const struct tcp_socket *s = c->socket;

	row->cell[STATE] = state_word(s->state);
	row->cell[DIR] = direction(c, terminal);
	row->cell[LOCAL] = endpoint(pool, &s->local);
	row->cell[PEER] = endpoint(pool, &s->peer);
	row->cell[RECVQ] = number(pool, s->receive_queue);
	row->cell[SENDQ] = number(pool, s->send_queue);
	row->cell[AGE] = duration(pool, c->age);
	if (!connection_has_clocks(c))
		return;
	row->cell[RECEIVED] = duration(pool, s->silent_received);
	row->cell[SENT] = duration(pool, s->silent_sent);
}

static void add_row(struct table *table, const struct connection *c,
		    bool terminal)
{
	struct row *row = table_add(table);
	struct pool *pool = &table->pool;

	row->colour = colour_of(c);
	row->cell[PID] = number(pool, c->process->pid);
	row->cell[PROGRAM] = word(pool, c->process->name);
	row->cell[MENDS] = mends(pool, &c->history);
	if (c->rule)
		row->cell[RULE] = word(pool, c->rule);
	else if (c->unsure)
		row->cell[RULE] = "?";
	if (c->fd >= 0)
		row->cell[FD] = number(pool, c->fd);
	if (!c->socket)
		return;
	fill_socket(row, c, pool, terminal);
	fill_next(row, &c->next, pool, terminal);
}

void status_table(const struct status *status, const struct table_output *sheet)
{
	struct table table = {.columns = COLUMNS, .column = columns};

	for (unsigned i = 0; i < status->count; i++)
		add_row(&table, &status->of[i], sheet->width != 0);
	table_print(&table, sheet);
	pool_return(&table.pool);
}

void status_notes(const struct status *status, FILE *out)
{
	for (unsigned i = 0; i < status->notes; i++) {
		char line[512];
		struct strbuf t = strbuf_over(line, sizeof line);

		strbuf_add_printable(&t, status->note[i].text, sizeof line);
		fprintf(out, "sockmendctl: %s\n", line);
	}
}
