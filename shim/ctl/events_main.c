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

#define POLL_NANOSECONDS 250000000

static void print_new(struct reader *r, const struct rundirs *dirs, bool json)
{
	reader_read(r, dirs);
	for (unsigned i = 0; i < r->records; i++) {
		const struct record *record = &r->record[i];

		if (json)
			event_print_json(&record->event, record->program);
		else
			event_print_text(&record->event, record->program);
	}
}

static void say_none(const struct rundirs *dirs)
{
	fputs("sockmendctl: no journal of this user's in", stderr);
	for (unsigned i = 0; i < dirs->count; i++)
		fprintf(stderr, "%s %s", i ? "," : "", dirs->path[i]);
	fputc('\n', stderr);
}

static void show(struct reader *r, bool json)
{
	const struct timespec pause = {0, POLL_NANOSECONDS};
	struct rundirs dirs = rundirs_find();

	print_new(r, &dirs, json);
	if (!r->journals)
		say_none(&dirs);
	while (r->follow && !fflush(stdout)) {
		nanosleep(&pause, NULL);
		print_new(r, &dirs, json);
	}
	reader_free(r);
}

static bool is_pid(const char *text)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(text, &end, 10);
	return end != text && !*end && !errno && number > 0 && number < INT_MAX;
}

struct wish {
	bool json, prune;
};

/* False when something there makes no sense. */
static bool read_options(int argc, char **argv, struct reader *r,
			 struct wish *wish)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{"prune", no_argument, NULL, 'p'},
		{"follow", no_argument, NULL, 'f'},
		{0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "f", options, NULL)) != -1) {
		if (option == '?')
			return false;
		wish->json |= option == 'j';
		r->follow |= option == 'f';
		wish->prune |= option == 'p';
	}
	r->pid = argv + optind;
	r->pids = argc - optind;
	for (int i = 0; i < r->pids; i++)
		if (!is_pid(r->pid[i]))
			return false;
	return true;
}

int events_main(int argc, char **argv)
{
	struct reader reader = {0};
	struct wish wish = {0};

	if (!read_options(argc, argv, &reader, &wish))
		return usage_error(argv[0]);
	if (wish.prune)
		rundir_prune();
	else
		show(&reader, wish.json);
	return EXIT_WELL;
}
