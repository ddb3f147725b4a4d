/* SPDX-License-Identifier: MIT
 * Reads all journals, each event once, and keeps the totals.
 */
#include "state.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array_grow.h"
#include "journal_read.h"

#define COMPLAINTS_MAX 20 /* one by one; after that they are only counted */
#define REST_MAX 8 /* rounds */
#define TICKETS_MAX (INT64_C(1) << 48) /* more takes years to write */

struct state_directory *state_dir(struct collect_state *ledger,
				  const char *path)
{
	struct state_directory *shelf;

	for (unsigned i = 0; i < ledger->shelves; i++)
		if (!strcmp(ledger->shelf[i].path, path))
			return &ledger->shelf[i];
	ledger->shelf = grow(ledger->shelf, ledger->shelves, sizeof *shelf);
	shelf = &ledger->shelf[ledger->shelves++];
	*shelf = (struct state_directory){0};
	snprintf(shelf->path, sizeof shelf->path, "%s", path);
	return shelf;
}

/* What is known of each journal that is there; of others nothing is kept.
 * Both lists are in the same order. */
static void follow_names(struct state_directory *shelf,
			 const struct journal_names *names)
{
	struct progress *now = NULL;
	unsigned old = 0;

	for (unsigned i = 0; i < names->count; i++) {
		const struct journal_name *name = &names->of[i];
		struct progress fresh = {.name = *name};
		int order = -1;

		while (old < shelf->count &&
		       (order = journal_name_order(&shelf->of[old].name,
						   name)) < 0)
			old++;
		now = grow(now, i, sizeof *now);
		now[i] = old < shelf->count && !order ? shelf->of[old] : fresh;
	}
	free(shelf->of);
	shelf->of = now;
	shelf->count = names->count;
}

/* A process we cannot see may be alive elsewhere, and children write on after
 * their parent's death: what looks dead is looked at less often, no more. */
static bool looks_dead(const struct progress *p)
{
	return kill(p->name.pid, 0) && errno == ESRCH;
}

static void note_quiet(struct progress *p)
{
	if (p->quiet < REST_MAX)
		p->quiet++;
	p->rest = p->quiet > 1 && looks_dead(p) ? p->quiet - 1 : 0;
}

static void add_lost(struct collect_state *ledger, struct progress *p,
		     uid_t owner, const char *program, uint64_t count)
{
	struct total lost = {.kind = TOTAL_LOST, .uid = owner, .count = count};

	if (!count)
		return;
	snprintf(lost.program, sizeof lost.program, "%s", program);
	totals_add(&ledger->totals, &lost);
	p->missed += count;
	ledger->changed = true;
}

/* How many of each word are neither placed nor among these records. */
static uint64_t count_unplaced(const struct journal *journal,
			       const struct progress *p,
			       const struct record *record, unsigned records,
			       int64_t unplaced[EVENT_COUNT_OF])
{
	int64_t sum = 0;

	for (unsigned id = 0; id < EVENT_COUNT_OF; id++)
		unplaced[id] = (int64_t)(journal->counts[id] - p->placed[id]);
	for (unsigned i = 0; i < records; i++)
		if (record[i].event.id < EVENT_COUNT_OF)
			unplaced[record[i].event.id]--;
	for (unsigned id = 0; id < EVENT_COUNT_OF; id++) {
		if (unplaced[id] < 0)
			unplaced[id] = 0;
		if (unplaced[id] > TICKETS_MAX)
			unplaced[id] = TICKETS_MAX; /* a lie, but no overflow */
		sum += unplaced[id];
	}
	return (uint64_t)sum;
}

/* The head of a journal counts every event by its word, also those that were
 * overwritten. While some are being written it runs ahead: then later. */
static void place_missed(struct collect_state *ledger, uid_t owner,
			 const struct journal *journal, struct progress *p,
			 unsigned first_record)
{
	struct total t = {.uid = owner};
	int64_t unplaced[EVENT_COUNT_OF];
	uint64_t sum;

	if (!p->missed)
		return;
	sum = count_unplaced(journal, p, ledger->record + first_record,
			     ledger->records - first_record, unplaced);
	if (sum > p->missed)
		return;
	strcpy(t.program, journal->program);
	for (t.kind = 0; t.kind < EVENT_COUNT_OF; t.kind++) {
		t.count = (uint64_t)unplaced[t.kind];
		p->placed[t.kind] += t.count;
		if (t.count)
			totals_add(&ledger->totals, &t);
	}
	p->missed -= sum;
}

static void gather(struct collect_state *ledger, struct progress *p,
		   uid_t owner, const struct journal *journal,
		   const struct event *e)
{
	struct record *record;

	ledger->record = grow(ledger->record, ledger->records, sizeof *record);
	record = &ledger->record[ledger->records++];
	*record = (struct record){.event = *e,
				  .owner = owner,
				  .progress = p,
				  .ticket = e->seq - 1,
				  .order = e->time};
	memcpy(record->program, journal->program, sizeof record->program);
	if (record == ledger->record || record[-1].progress != p)
		return;
	if (record->order < record[-1].order)
		record->order = record[-1].order;
}

static void skip_overwritten(struct collect_state *ledger, struct progress *p,
			     uid_t owner, const struct journal *journal)
{
	const uint64_t kept = journal->tickets < JOURNAL_EVENTS
				      ? 0
				      : journal->tickets - JOURNAL_EVENTS;

	if (p->next >= kept)
		return;
	add_lost(ledger, p, owner, journal->program, kept - p->next);
	p->next = kept;
}

/* An event that is being written is waited for until the next round: a writer
 * that died over it must not hold up the rest. */
static void gather_new(struct collect_state *ledger, struct progress *p,
		       uid_t owner, const struct journal *journal)
{
	const unsigned first = ledger->records;
	const uint64_t waited_for = p->waited_for;

	for (uint64_t at = p->next; at < journal->tickets; at++) {
		const struct event *e = journal_event(journal, at);

		if (e) {
			gather(ledger, p, owner, journal, e);
		} else if (at >= waited_for) {
			p->waited_for = journal->tickets;
			ledger->waiting = true;
			return;
		} else if (ledger->records == first) {
			add_lost(ledger, p, owner, journal->program, 1);
			p->next = at + 1;
		}
	}
}

/* Does it hold any event it claims to have taken a ticket for? */
static bool holds_any(const struct journal *journal)
{
	const uint64_t kept = journal->tickets < JOURNAL_EVENTS
				      ? journal->tickets
				      : JOURNAL_EVENTS;

	for (uint64_t i = 1; i <= kept; i++)
		if (journal_event(journal, journal->tickets - i))
			return true;
	return false;
}

static const char *forgery(const struct journal *journal)
{
	if (journal->tickets >= (uint64_t)TICKETS_MAX ||
	    (journal->tickets > JOURNAL_EVENTS && !holds_any(journal)))
		return "a damaged journal";
	return NULL;
}

static void complain_of(struct collect_state *ledger,
			const struct state_directory *shelf, struct progress *p,
			const char *wrong)
{
	ledger->unreadable++;
	if (p->unreadable)
		return;
	if (ledger->unreadable < COMPLAINTS_MAX)
		fprintf(stderr, "sockmendctl: %s/%s: %s; skipped\n",
			shelf->path, p->name.text, wrong);
	if (ledger->unreadable == COMPLAINTS_MAX)
		fputs("sockmendctl: more journals cannot be read\n", stderr);
}

static void read_journal(struct collect_state *ledger,
			 const struct journal_dir *dir,
			 const struct state_directory *shelf,
			 struct progress *p)
{
	static struct journal journal;
	const unsigned first = ledger->records;
	const char *wrong;
	bool news =
		journal_read(dir->fd, p->name.text, p->next, &journal, &wrong);

	if (news)
		wrong = forgery(&journal);
	if (wrong)
		complain_of(ledger, shelf, p, wrong);
	p->unreadable = wrong != NULL;
	if (!news || wrong) {
		note_quiet(p);
		return;
	}
	p->quiet = p->rest = 0;
	skip_overwritten(ledger, p, dir->owner, &journal);
	gather_new(ledger, p, dir->owner, &journal);
	place_missed(ledger, dir->owner, &journal, p, first);
}

static void read_shelf(struct collect_state *ledger,
		       const struct journal_dir *dir,
		       struct state_directory *shelf)
{
	const bool own = dir->owner == geteuid();
	const unsigned most =
		ledger->records + (own ? RECORDS_MAX : RECORDS_OF_USER);
	bool full = false;

	for (unsigned i = 0; i < shelf->count; i++) {
		struct progress *p = &shelf->of[i];

		ledger->journals++;
		full = ledger->records + JOURNAL_EVENTS > most;
		if (full || (p->rest && p->rest--))
			ledger->unreadable += p->unreadable;
		else
			read_journal(ledger, dir, shelf, p);
	}
	*(own ? &ledger->full : &ledger->more) |= full;
}

/* Directories that were removed: their names may have been many. */
static void forget_removed(struct collect_state *ledger)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < ledger->shelves; i++) {
		struct state_directory *shelf = &ledger->shelf[i];

		if (shelf->seen || !access(shelf->path, F_OK) ||
		    errno != ENOENT)
			ledger->shelf[kept++] = *shelf;
		else
			free(shelf->of);
	}
	ledger->shelves = kept;
}

static int by_order(const void *a, const void *b)
{
	const struct record *one = a, *two = b;

	if (one->order != two->order)
		return one->order < two->order ? -1 : 1;
	if (one->progress != two->progress)
		return one->progress < two->progress ? -1 : 1;
	return one->ticket < two->ticket ? -1 : 1;
}

void state_read(struct collect_state *ledger)
{
	struct journal_dirs dirs = journal_dirs_open();

	ledger->records = ledger->taken = 0;
	ledger->journals = ledger->unreadable = 0;
	ledger->full = ledger->more = ledger->waiting = false;
	for (unsigned i = 0; i < ledger->shelves; i++)
		ledger->shelf[i].seen = false;
	for (unsigned i = 0; i < dirs.count; i++) {
		struct journal_names names = journal_dir_list(&dirs.of[i]);
		struct state_directory *shelf =
			state_dir(ledger, dirs.of[i].path);

		shelf->seen = true;
		follow_names(shelf, &names);
		free(names.of);
		read_shelf(ledger, &dirs.of[i], shelf);
	}
	journal_dirs_close(&dirs);
	forget_removed(ledger);
	if (ledger->records)
		qsort(ledger->record, ledger->records, sizeof *ledger->record,
		      by_order);
}

static void enter(struct collect_state *ledger, const struct record *r)
{
	const struct total one = total_of(&r->event, r->program, r->owner);
	struct progress *p = r->progress;

	totals_add(&ledger->totals, &one);
	if (one.kind < EVENT_COUNT_OF)
		p->placed[one.kind]++;
	add_lost(ledger, p, r->owner, r->program, r->ticket - p->next);
	p->next = r->ticket + 1;
	ledger->changed = true;
}

void state_ack(struct collect_state *ledger)
{
	enter(ledger, &ledger->record[ledger->taken++]);
}

void state_commit(struct collect_state *ledger)
{
	while (ledger->taken < ledger->records)
		state_ack(ledger);
}

struct counters state_counters(const struct collect_state *ledger)
{
	struct counters now = totals_copy(&ledger->totals);

	for (unsigned i = ledger->taken; i < ledger->records; i++) {
		const struct record *r = &ledger->record[i];
		const struct total one =
			total_of(&r->event, r->program, r->owner);

		totals_add(&now, &one);
	}
	return now;
}

void state_free(struct collect_state *ledger)
{
	for (unsigned i = 0; i < ledger->shelves; i++)
		free(ledger->shelf[i].of);
	free(ledger->shelf);
	free(ledger->record);
	free(ledger->totals.of);
	*ledger = (struct collect_state){0};
}
