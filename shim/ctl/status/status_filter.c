/* SPDX-License-Identifier: MIT
 * Leaves out what was not asked for, and sorts the rest.
 */
#include <stdlib.h>
#include <string.h>

#include "status.h"

const char pick_sort_keys[] =
	"pid|program|rule|state|local|peer|age|received|sent|next|queue";

enum sort {
	BY_PID,
	BY_PROGRAM,
	BY_RULE,
	BY_STATE,
	BY_LOCAL,
	BY_PEER,
	BY_AGE,
	BY_RECEIVED,
	BY_SENT,
	BY_NEXT,
	BY_QUEUE,
};

static int sort_index(const char *key)
{
	return word_index(pick_sort_keys, key, (unsigned)strlen(key));
}

bool pick_sorts_by(const char *key)
{
	return sort_index(key) >= 0;
}

static bool is_wanted(const struct connection *c,
		      const struct status_filter *pick)
{
	const struct socket_filter *f = &pick->filter;

	if (f->program && !glob_matches(f->program, c->process->name))
		return false;
	if (!c->socket)
		return !f->states && !pick->rule && !f->has_peer &&
		       !f->has_local;
	if (pick->rule && !glob_matches(pick->rule, c->rule ? c->rule : "-"))
		return false;
	return socket_filter_matches(f, c->socket);
}

static int compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int64_t silence(const struct connection *c, bool received)
{
	if (!connection_has_clocks(c))
		return -1;
	return received ? c->socket->silent_received : c->socket->silent_sent;
}

static int compare_endpoints(const struct endpoint *a, const struct endpoint *b)
{
	const int order = memcmp(a->addr, b->addr, sizeof a->addr);

	return order ? order : compare(a->port, b->port);
}

/* What has no deadline comes last. */
static int64_t due(const struct connection *c)
{
	return c->next.what ? c->next.due : INT64_MAX;
}

static int64_t queue(const struct connection *c)
{
	return c->socket ? (int64_t)c->socket->receive_queue +
				   (c->socket->state == STATE_LISTEN
					    ? 0
					    : c->socket->send_queue)
			 : -1;
}

static int compare_sockets(const struct connection *a,
			   const struct connection *b, enum sort key)
{
	if (!a->socket || !b->socket)
		return !a->socket - !b->socket;
	if (key == BY_STATE)
		return compare(a->socket->state, b->socket->state);
	if (key == BY_LOCAL)
		return compare_endpoints(&a->socket->local, &b->socket->local);
	return compare_endpoints(&a->socket->peer, &b->socket->peer);
}

/* Times and bytes: the most first. */
static int compare_by(const struct connection *a, const struct connection *b,
		      enum sort key)
{
	switch (key) {
	case BY_PROGRAM:
		return strcmp(a->process->name, b->process->name);
	case BY_RULE:
		return strcmp(a->rule ? a->rule : "", b->rule ? b->rule : "");
	case BY_STATE:
	case BY_LOCAL:
	case BY_PEER:
		return compare_sockets(a, b, key);
	case BY_AGE:
		return compare(b->age, a->age);
	case BY_RECEIVED:
		return compare(silence(b, true), silence(a, true));
	case BY_SENT:
		return compare(silence(b, false), silence(a, false));
	case BY_NEXT:
		return compare(due(a), due(b));
	case BY_QUEUE:
		return compare(queue(b), queue(a));
	case BY_PID:
		break;
	}
	return 0;
}

static int order(const void *a, const void *b, void *key)
{
	const struct connection *one = a, *two = b;
	int result = compare_by(one, two, *(const enum sort *)key);

	if (!result)
		result = compare(one->process->pid, two->process->pid);
	return result ? result : compare(one->fd, two->fd);
}

/* Of programs that were not asked for nothing is said either. */
static void pick_notes(struct status *status, const char *program)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < status->notes; i++) {
		const struct note *note = &status->note[i];

		if (!program || !note->program ||
		    glob_matches(program, note->program))
			status->note[kept++] = *note;
	}
	status->notes = kept;
}

void status_pick(struct status *status, const struct status_filter *pick)
{
	enum sort key = pick->sort ? (enum sort)sort_index(pick->sort) : BY_PID;
	unsigned kept = 0;

	for (unsigned i = 0; i < status->count; i++)
		if (is_wanted(&status->of[i], pick))
			status->of[kept++] = status->of[i];
	status->count = kept;
	pick_notes(status, pick->filter.program);
	if (kept)
		qsort_r(status->of, kept, sizeof *status->of, order, &key);
}
