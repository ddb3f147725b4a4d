/* SPDX-License-Identifier: MIT
 * Remembers how far each journal was read, and reads on from there.
 */
#include "event_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "journal_read.h"

/* How far a journal has been read; kept by its name, which is never reused. */
struct progress {
	char name[JOURNAL_NAME_MAX];
	uint64_t next; /* the first ticket not shown yet */
	bool waited; /* for an event that was being written */
	bool complained;
};

/* `array` with room for element number `count`. Without memory there is
 * nothing to show and nothing to undo. */
static void *with_room(void *array, unsigned count, size_t size)
{
	if (count & (count - 1))
		return array;
	array = reallocarray(array, count ? 2 * (size_t)count : 1, size);
	if (array)
		return array;
	fputs("sockmendctl: out of memory\n", stderr);
	exit(EXIT_BAD_NEWS);
}

static struct progress *progress_of(struct reader *r, const char *name)
{
	for (unsigned i = 0; i < r->known; i++)
		if (!strcmp(r->progress[i].name, name))
			return &r->progress[i];
	r->progress = with_room(r->progress, r->known, sizeof *r->progress);
	r->progress[r->known] = (struct progress){0};
	strcpy(r->progress[r->known].name, name);
	return &r->progress[r->known++];
}

static bool is_wanted(const struct reader *r, const struct journal *journal,
		      const struct event *e)
{
	for (int i = 0; i < r->pids; i++) {
		int pid = atoi(r->pid[i]);

		if (pid == e->pid || pid == journal->pid)
			return true;
	}
	return !r->pids;
}

static void take(struct reader *r, const struct journal *journal,
		 const struct event *e)
{
	struct record *record;

	if (!is_wanted(r, journal, e))
		return;
	r->record = with_room(r->record, r->records, sizeof *r->record);
	record = &r->record[r->records++];
	record->event = *e;
	memcpy(record->program, journal->program, sizeof record->program);
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

static void read_one(struct reader *r, int dir, const char *path,
		     const char *name)
{
	static struct journal journal;
	struct progress *p = progress_of(r, name);
	const char *wrong;

	r->journals++;
	if (journal_read(dir, name, p->next, &journal, &wrong))
		take_new(r, &journal, p);
	if (wrong && !p->complained)
		fprintf(stderr, "sockmendctl: %s/%s: %s; skipped\n", path, name,
			wrong);
	p->complained |= wrong != NULL;
}

static void read_dir(struct reader *r, const char *path)
{
	int dir = rundir_open(path);
	struct journal_names names;

	if (dir < 0)
		return;
	names = rundir_list(dir);
	for (unsigned i = 0; i < names.count; i++)
		read_one(r, dir, path, names.of[i].text);
	free(names.of);
	close(dir);
}

static int by_time(const void *a, const void *b)
{
	const struct event *one = &((const struct record *)a)->event;
	const struct event *two = &((const struct record *)b)->event;

	if (one->time != two->time)
		return one->time < two->time ? -1 : 1;
	return (one->seq > two->seq) - (one->seq < two->seq);
}

void reader_read(struct reader *r, const struct rundirs *dirs)
{
	r->records = 0;
	for (unsigned i = 0; i < dirs->count; i++)
		read_dir(r, dirs->path[i]);
	if (r->records)
		qsort(r->record, r->records, sizeof *r->record, by_time);
}

void reader_free(struct reader *r)
{
	free(r->record);
	free(r->progress);
}
