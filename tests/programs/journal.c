/* SPDX-License-Identifier: MIT
 * Writes a journal as the library would, or one with something wrong with it.
 *
 *   journal DIR PID PROGRAM [WORD]…
 *
 * Each word adds an event that many milliseconds after the year 2001 began,
 * its detail the word itself; the fault words damage what is written then.
 * Prints the path.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal.h"

#define YEAR_2001 INT64_C(978307200000) /* milliseconds */

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

static const struct {
	const char *word;
	void (*spoil)(void);
} faults[] = {
	{"version-2", make_version_2},	 {"magic", spoil_magic},
	{"truncated", truncate_ring},	 {"head-only", truncate_head},
	{"wild-tickets", claim_tickets}, {"torn", leave_torn},
	{"junk", fill_with_junk},
};

static void add_event(const char *word)
{
	struct event *e = &journal.event[journal.tickets % JOURNAL_EVENTS];

	*e = (struct event){
		.time = (YEAR_2001 + atoi(word)) * 1000000,
		.pid = journal.pid,
		.fd = 7,
		.id = EVENT_IDLE_ENDED,
		.flags = EVENT_ACCEPT,
		.error = atoi(word) % 2 ? 104 : 0,
		.local = {.addr = {[10] = 255, 255, 10, 0, 0, 1},
			  .port = 5000,
			  .known = true},
		.rule = "cameras",
	};
	snprintf(e->detail, sizeof e->detail, "%s", word);
	e->seq = ++journal.tickets;
}

static void take(const char *word)
{
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		if (!strcmp(word, faults[i].word)) {
			faults[i].spoil();
			return;
		}
	add_event(word);
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
	if (fd < 0 || write(fd, &journal, size) != (ssize_t)size ||
	    ftruncate(fd, (off_t)size)) {
		perror(path);
		return 1;
	}
	return puts(path) < 0;
}
