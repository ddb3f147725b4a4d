/* SPDX-License-Identifier: MIT
 * Writes a journal as the library would, or one with something wrong with it.
 *
 *   journal DIR PID PROGRAM [WORD]…
 *
 * Each word adds an event that many milliseconds after the year 2001 began,
 * its detail the word itself; the fault words damage what is written then.
 * From a word `rule=RULE` or `event=WORD` on that is what events are of, from
 * `would` on they are observed, from `now` on they happen now.
 * Prints the path.
 */
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/journal.h"

#define YEAR_2001 INT64_C(978307200000) /* milliseconds */

static const char *rule = "cameras";
static enum event_id id = EVENT_IDLE_ENDED;
static uint16_t flags = EVENT_ACCEPT;
static bool now;

static struct journal journal = {
	.magic = JOURNAL_MAGIC,
	.version = JOURNAL_VERSION,
	.event_size = sizeof(struct event),
	.events = JOURNAL_EVENTS,
};
static size_t size = sizeof journal;

static void make_version_2(void)
{
	journal.version = 2;
}

static void spoil_magic(void)
{
	journal.magic[0] = 'S';
}

static void truncate_ring(void)
{
	size = sizeof journal / 2;
}

static void truncate_head(void)
{
	size = 100;
}

static void claim_tickets(void)
{
	journal.tickets = UINT64_MAX;
}

static void leave_torn(void)
{
	journal.event[journal.tickets++ % JOURNAL_EVENTS].seq = 0;
}

/* No string ends, every number is wild. */
static void fill_with_junk(void)
{
	memset(journal.program, 'x', sizeof journal.program);
	memset(journal.event, 0xee, sizeof journal.event);
	for (uint64_t i = 0; i < JOURNAL_EVENTS; i++)
		journal.event[i].seq = i + 1;
	journal.tickets = JOURNAL_EVENTS;
}

static void observe(void)
{
	flags |= EVENT_WOULD;
}

static void happen_now(void)
{
	now = true;
}

static const struct {
	const char *word;
	void (*obey)(void);
} words[] = {
	{"version-2", make_version_2},	 {"magic", spoil_magic},
	{"truncated", truncate_ring},	 {"head-only", truncate_head},
	{"wild-tickets", claim_tickets}, {"torn", leave_torn},
	{"junk", fill_with_junk},	 {"would", observe},
	{"now", happen_now},
};

static int64_t time_of(const char *word)
{
	struct timespec t;

	if (!now)
		return (YEAR_2001 + atoi(word)) * 1000000;
	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void choose_event(const char *word)
{
	static const char *const known[] = {
#define X(id, word, ...) word,
		FOR_EACH_EVENT(X)
#undef X
	};

	for (id = 0; id < EVENT_COUNT_OF && strcmp(known[id], word); id++)
		;
}

static void add_event(const char *word)
{
	struct event *e = &journal.event[journal.tickets % JOURNAL_EVENTS];

	*e = (struct event){
		.time = time_of(word),
		.pid = journal.pid,
		.fd = 7,
		.id = (uint16_t)id,
		.flags = flags,
		.error = atoi(word) % 2 ? 104 : 0,
		.local = {.addr = {[10] = 255, 255, 10, 0, 0, 1},
			  .port = 5000,
			  .known = true},
	};
	snprintf(e->rule, sizeof e->rule, "%s", rule);
	snprintf(e->detail, sizeof e->detail, "%s", word);
	e->seq = ++journal.tickets;
	if (id < EVENT_COUNT_OF)
		journal.counts[id]++;
}

static void take(const char *word)
{
	if (!strncmp(word, "rule=", 5)) {
		rule = word + 5;
		return;
	}
	if (!strncmp(word, "event=", 6)) {
		choose_event(word + 6);
		return;
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(word, words[i].word)) {
			words[i].obey();
			return;
		}
	add_event(word);
}

static bool put(int fd, const void *bytes, size_t from, size_t to)
{
	return to <= from ||
	       pwrite(fd, bytes, to - from, (off_t)from) == (ssize_t)(to - from);
}

/* As the library does: room first, and the head, which says that there is a
 * journal, last. Others read meanwhile. */
static bool put_journal(int fd)
{
	const size_t head = offsetof(struct journal, event);

	return !ftruncate(fd, (off_t)size) &&
	       put(fd, journal.event, head, size) &&
	       put(fd, &journal, 0, size < head ? size : head);
}

int main(int argc, char **argv)
{
	char path[512];
	int fd;

	if (argc < 4)
		return 2;
	journal.pid = atoi(argv[2]);
	strncpy(journal.program, argv[3], sizeof journal.program - 1);
	for (int i = 4; i < argc; i++)
		take(argv[i]);
	snprintf(path, sizeof path, "%s/%d-%d" JOURNAL_SUFFIX, argv[1],
		 journal.pid, journal.pid + 1);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	if (fd < 0 || !put_journal(fd)) {
		perror(path);
		return 1;
	}
	return puts(path) < 0;
}
