/* SPDX-License-Identifier: MIT
 * Remembers how far each journal was read, and reads on from there.
 *
 * Journals are read in the order in which they began, and no event is older
 * than its journal: what is older than the next one's beginning is given
 * before that is read. So ten thousand journals of processes that ran one
 * after the other need the memory of one.
 */
#include "event_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array_grow.h"
#include "journal_read.h"
#include "core/span.h"

#define COMPLAINTS_MAX 20 /* said; the rest is counted */

/* How far a journal has been read. */
struct progress {
	struct journal_name name;
	const struct journal_dir *dir; /* of this reading */
	uint32_t dir_hash;
	uint64_t next; /* the first ticket not shown yet */
	bool waited; /* for an event that was being written */
	bool complained;
};

static int by_start(const void *a, const void *b)
{
	const struct progress *one = a, *two = b;
	const int order = journal_name_order(&one->name, &two->name);

	if (order)
		return order;
	return (one->dir_hash > two->dir_hash) -
	       (one->dir_hash < two->dir_hash);
}

static bool is_wanted(const struct reader *r, const struct journal *journal,
		      const struct event *e)
{
	bool named = !r->pids;

	for (int i = 0; i < r->pids && !named; i++) {
		const int pid = atoi(r->pid[i]);

		named = pid == e->pid || pid == journal->pid;
	}
	return named && filter_takes(&r->filter, e, journal->program);
}

static void take(struct reader *r, const struct journal *journal,
		 const struct event *e)
{
	struct record record = {.event = *e};

	if (!is_wanted(r, journal, e))
		return;
	memcpy(record.program, journal->program, sizeof record.program);
	event_queue_push(&r->queue, &record);
	if (r->last != EVERY_EVENT && r->queue.count > r->last)
		event_queue_pop(&r->queue);
}

/* An event that is being written is waited for once: a writer that died over
 * it must not hold up the rest. */
static void take_new(struct reader *r, const struct journal *journal,
		     struct progress *p)
{
	if (journal->tickets > p->next + JOURNAL_EVENTS)
		p->next = journal->tickets - JOURNAL_EVENTS;
	for (; p->next < journal->tickets; p->next++) {
		const struct event *e = journal_event(journal, p->next);

		if (!e && r->follow && !p->waited) {
			p->waited = true;
			return;
		}
		p->waited = false;
		if (e)
			take(r, journal, e);
	}
}

static void config_error(struct reader *r, struct progress *p,
			 const char *wrong)
{
	if (p->complained)
		return;
	p->complained = true;
	if (r->complaints++ < COMPLAINTS_MAX)
		fprintf(stderr, "sockmendctl: %s/%s: %s; skipped\n",
			p->dir->path, p->name.text, wrong);
}

static void read_one(struct reader *r, struct progress *p)
{
	static struct journal journal;
	const char *wrong;

	if (journal_read(p->dir->fd, p->name.text, p->next, &journal, &wrong))
		take_new(r, &journal, p);
	if (wrong)
		config_error(r, p, wrong);
}

static void give_before(struct reader *r, int64_t time)
{
	const struct record *oldest;

	while ((oldest = event_queue_peek(&r->queue)) &&
	       oldest->event.time < time) {
		r->give(oldest);
		event_queue_pop(&r->queue);
	}
}

/* All journals there are now, in the order they began. */
static struct progress *list_all(const struct journal_dirs *dirs,
				 unsigned *count)
{
	struct progress *all = NULL;

	*count = 0;
	for (unsigned i = 0; i < dirs->count; i++) {
		const struct journal_dir *dir = &dirs->of[i];
		const char *end = dir->path + strlen(dir->path);
		const uint32_t hash = span_hash((struct span){dir->path, end});
		struct journal_names names = journal_dir_list(dir);

		for (unsigned n = 0; n < names.count; n++) {
			all = grow(all, *count, sizeof *all);
			all[(*count)++] = (struct progress){.name = names.of[n],
							    .dir = dir,
							    .dir_hash = hash};
		}
		free(names.of);
	}
	if (*count)
		qsort(all, *count, sizeof *all, by_start);
	return all;
}

/* What was known of those that are still there; the others are forgotten. */
static void update(struct reader *r, const struct journal_dirs *dirs)
{
	unsigned count, old = 0;
	struct progress *all = list_all(dirs, &count);

	for (unsigned i = 0; i < count; i++) {
		const struct journal_dir *dir = all[i].dir;

		while (old < r->journals &&
		       by_start(&r->progress[old], &all[i]) < 0)
			old++;
		if (old == r->journals || by_start(&r->progress[old], &all[i]))
			continue;
		all[i] = r->progress[old];
		all[i].dir = dir;
	}
	free(r->progress);
	r->progress = all;
	r->journals = count;
}

void reader_read(struct reader *r, const struct journal_dirs *dirs)
{
	const unsigned before = r->complaints;

	update(r, dirs);
	for (unsigned i = 0; i < r->journals; i++) {
		if (r->last == EVERY_EVENT)
			give_before(r, r->progress[i].name.started);
		read_one(r, &r->progress[i]);
	}
	give_before(r, INT64_MAX);
	if (r->complaints > COMPLAINTS_MAX && r->complaints > before)
		fprintf(stderr, "sockmendctl: %u more journals skipped\n",
			r->complaints - (before > COMPLAINTS_MAX
						 ? before
						 : COMPLAINTS_MAX));
}

void reader_free(struct reader *r)
{
	event_queue_free(&r->queue);
	free(r->progress);
}
