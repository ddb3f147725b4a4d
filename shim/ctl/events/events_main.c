/* SPDX-License-Identifier: MIT
 * sockmendctl events: what the journals of all processes say, in time order.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "ctl.h"
#include "event_print.h"
#include "event_reader.h"
#include "when.h"

#define SECOND_NS INT64_C(1000000000)
#define POLL_NS INT64_C(250000000)

static int64_t clock_now(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * SECOND_NS + now.tv_nsec;
}

static void give_text(const struct record *record)
{
	event_print_text(&record->event, record->program);
}

static void give_json(const struct record *record)
{
	event_print_json(&record->event, record->program);
}

static void say_none(void)
{
	const struct rundirs dirs = rundirs_find();

	fputs("sockmendctl: no journal of this user's in", stderr);
	for (unsigned i = 0; i < dirs.count; i++)
		fprintf(stderr, "%s %s", i ? "," : "", dirs.path[i]);
	fputc('\n', stderr);
}

/* Where there are thousands of journals a look takes its time: no more than
 * a tenth of ours goes into it. Gives how long it took. */
static int64_t look(struct reader *r)
{
	const int64_t begun = clock_now(CLOCK_MONOTONIC);
	struct journal_dirs dirs = journal_dirs_open();

	reader_read(r, &dirs);
	journal_dirs_close(&dirs);
	return clock_now(CLOCK_MONOTONIC) - begun;
}

static void rest(int64_t took)
{
	const int64_t time = 9 * took > POLL_NS ? 9 * took : POLL_NS;
	const struct timespec pause = {time / SECOND_NS, time % SECOND_NS};

	nanosleep(&pause, NULL);
}

static void show(struct reader *r)
{
	int64_t took = look(r);

	if (!r->journals)
		say_none();
	r->last = EVERY_EVENT; /* of what was there already */
	while (r->follow && !fflush(stdout) &&
	       clock_now(CLOCK_REALTIME) < r->filter.until) {
		rest(took);
		took = look(r);
	}
	reader_free(r);
}

static bool wrong(const char *what, const char *value, const char *wants)
{
	fprintf(stderr, "sockmendctl: events: %s = %.80s: want %s\n", what,
		value, wants);
	return false;
}

static bool read_event(const char *word, struct filter *filter)
{
	if (filter_add_event(filter, word))
		return true;
	fprintf(stderr, "sockmendctl: events: --event = %.80s: want one of",
		word);
	for (unsigned i = 0; i < EVENT_COUNT_OF; i++)
		fprintf(stderr, "%s %s", i ? "," : "", event_words[i]);
	fputc('\n', stderr);
	return false;
}

static bool read_count(const char *text, int64_t *count)
{
	char *end;

	errno = 0;
	*count = strtol(text, &end, 10);
	if (end != text && !*end && !errno && *count >= 0 && *count <= INT_MAX)
		return true;
	return wrong("-n", text, "how many, 0 or more");
}

static bool read_time(const char *name, const char *text, int64_t *time)
{
	return when_read(text, clock_now(CLOCK_REALTIME), time) ||
	       wrong(name, text, WHEN_WANTS);
}

/* What a letter stands for; false when it cannot be so. */
static bool read_filter(int letter, struct reader *r)
{
	struct filter *filter = &r->filter;

	switch (letter) {
	case 's':
		return read_time("--since", optarg, &filter->since);
	case 'u':
		return read_time("--until", optarg, &filter->until);
	case 'e':
		return read_event(optarg, filter);
	case 'a':
		return filter_set_peer(filter, optarg) ||
		       wrong("--peer", optarg, "ADDR[/LEN][:PORT[-PORT]]");
	case 'n':
		return read_count(optarg, &r->last);
	case 'g':
		filter->program = optarg;
		return true;
	case 'r':
		filter->rule = optarg;
		return true;
	}
	return false;
}

static bool read_option(int letter, struct reader *r, bool *prune)
{
	switch (letter) {
	case 'j':
		r->give = give_json;
		return true;
	case 'f':
		return r->follow = true;
	case 'p':
		return *prune = true;
	case '?':
		usage_error("events");
		return false;
	}
	return read_filter(letter, r);
}

static const struct option options[] = {
	{"json", no_argument, NULL, 'j'},
	{"prune", no_argument, NULL, 'p'},
	{"follow", no_argument, NULL, 'f'},
	{"since", required_argument, NULL, 's'},
	{"until", required_argument, NULL, 'u'},
	{"event", required_argument, NULL, 'e'},
	{"program", required_argument, NULL, 'g'},
	{"rule", required_argument, NULL, 'r'},
	{"peer", required_argument, NULL, 'a'},
	{0},
};

static bool is_pid(const char *text)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(text, &end, 10);
	return end != text && !*end && !errno && number > 0 && number < INT_MAX;
}

/* False when something there makes no sense, which has been said then. */
static bool read_options(int argc, char **argv, struct reader *r, bool *prune)
{
	int letter;

	while ((letter = getopt_long(argc, argv, "fn:", options, NULL)) != -1)
		if (!read_option(letter, r, prune))
			return false;
	r->pid = argv + optind;
	r->pids = argc - optind;
	for (int i = 0; i < r->pids; i++)
		if (!is_pid(r->pid[i]))
			return wrong("PID", r->pid[i], "a process number");
	return true;
}

int events_main(int argc, char **argv)
{
	struct reader reader = {.filter = filter_nothing(),
				.last = EVERY_EVENT,
				.give = give_text};
	bool prune = false;

	if (!read_options(argc, argv, &reader, &prune))
		return EXIT_USAGE;
	rundirs_say_refused();
	if (prune)
		rundir_prune();
	else
		show(&reader);
	return EXIT_OK;
}
