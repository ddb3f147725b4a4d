/* SPDX-License-Identifier: MIT
 * sockmendctl metrics: counters and gauges, for Prometheus.
 *
 * A ring forgets and a journal is removed one day, so totals need a ledger.
 * With --output one is kept. Without, the collector's or that of an earlier
 * --output is looked at, and left as it is.
 */
#include <getopt.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "ctl.h"
#include "state_file.h"
#include "metrics.h"
#include "rundir.h"

#define ROUNDS_OF_OTHERS 64 /* at most, for journals of other users */
#define WRITING_NANOSECONDS 20000000 /* plenty to write 256 bytes */

struct wish {
	const char *output, *state;
};

static int bad_news(const char *of, const char *wrong)
{
	fprintf(stderr, "sockmendctl: %s: %s\n", of, wrong);
	return EXIT_BAD_NEWS;
}

static bool is_there(const char *name, char path[RUNDIR_PATH_MAX])
{
	return journal_dirs_file(name, false, path) && !access(path, F_OK);
}

static void load(struct ledger *ledger, const char *path)
{
	const char *wrong = ledger_load(ledger, path);

	if (wrong)
		fprintf(stderr,
			"sockmendctl: %s: %s; counting anew from the journals "
			"there are\n",
			path, wrong);
}

static void read_all(struct ledger *ledger)
{
	const struct timespec pause = {0, WRITING_NANOSECONDS};
	unsigned rounds = 0;
	bool waiting = false;

	do {
		if (waiting)
			nanosleep(&pause, NULL);
		ledger_read(ledger);
		ledger_settle(ledger);
		waiting = ledger->waiting && !waiting;
	} while (ledger->full || waiting ||
		 (ledger->more && ++rounds < ROUNDS_OF_OTHERS));
}

static int print(struct ledger *ledger)
{
	char path[RUNDIR_PATH_MAX];

	if (is_there(COLLECT_LEDGER, path) || is_there(METRICS_LEDGER, path))
		load(ledger, path);
	read_all(ledger);
	metrics_print(stdout, ledger, NULL);
	return EXIT_WELL;
}

/* The state is written first: should we be ended between the two, the file
 * is late, and the next run makes up for it. */
static int keep(struct ledger *ledger, const struct wish *wish)
{
	char usual[RUNDIR_PATH_MAX] = "";
	const char *state = wish->state ? wish->state : usual;
	const char *wrong;

	if (!wish->state && !journal_dirs_file(METRICS_LEDGER, true, usual))
		return bad_news("metrics", "there is no place of ours for its "
					   "state; name one with --state");
	wrong = ledger_lock(state, true);
	if (wrong)
		return bad_news(state, wrong);
	load(ledger, state);
	read_all(ledger);
	wrong = ledger_save(ledger, state);
	if (wrong)
		return bad_news(state, wrong);
	if (!wish->output) {
		metrics_print(stdout, ledger, NULL);
		return EXIT_WELL;
	}
	wrong = metrics_write(wish->output, ledger, NULL);
	return wrong ? bad_news(wish->output, wrong) : EXIT_WELL;
}

static bool read_options(int argc, char **argv, struct wish *wish)
{
	static const struct option options[] = {
		{"output", required_argument, NULL, 'o'},
		{"state", required_argument, NULL, 's'},
		{0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?' || !*optarg)
			return false;
		*(option == 'o' ? &wish->output : &wish->state) = optarg;
	}
	return optind == argc;
}

int metrics_main(int argc, char **argv)
{
	struct ledger ledger = {0};
	struct wish wish = {0};
	int status;

	if (!read_options(argc, argv, &wish))
		return usage_error(argv[0]);
	rundirs_say_refused();
	if (wish.output || wish.state)
		status = keep(&ledger, &wish);
	else
		status = print(&ledger);
	ledger_free(&ledger);
	return status;
}
