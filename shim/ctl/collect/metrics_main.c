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

struct arguments {
	const char *output, *state;
};

static int bad_news(const char *of, const char *wrong)
{
	fprintf(stderr, "sockmendctl: %s: %s\n", of, wrong);
	return EXIT_FAIL;
}

static bool is_there(const char *name, char path[RUNDIR_PATH_MAX])
{
	return journal_dirs_file(name, false, path) && !access(path, F_OK);
}

static void load(struct collect_state *ledger, const char *path)
{
	const char *wrong = state_load(ledger, path);

	if (wrong)
		fprintf(stderr,
			"sockmendctl: %s: %s; counting anew from the journals "
			"there are\n",
			path, wrong);
}

static void read_all(struct collect_state *ledger)
{
	const struct timespec pause = {0, WRITING_NANOSECONDS};
	unsigned rounds = 0;
	bool waiting = false;

	do {
		if (waiting)
			nanosleep(&pause, NULL);
		state_read(ledger);
		state_commit(ledger);
		waiting = ledger->waiting && !waiting;
	} while (ledger->full || waiting ||
		 (ledger->more && ++rounds < ROUNDS_OF_OTHERS));
}

static int print(struct collect_state *ledger)
{
	char path[RUNDIR_PATH_MAX];

	if (is_there(COLLECT_LEDGER, path) || is_there(METRICS_LEDGER, path))
		load(ledger, path);
	read_all(ledger);
	metrics_print(stdout, ledger, NULL);
	return EXIT_OK;
}

/* The state is written first: should we be ended between the two, the file
 * is late, and the next run makes up for it. */
static int keep(struct collect_state *ledger, const struct arguments *args)
{
	char usual[RUNDIR_PATH_MAX] = "";
	const char *state = args->state ? args->state : usual;
	const char *wrong;

	if (!args->state && !journal_dirs_file(METRICS_LEDGER, true, usual))
		return bad_news("metrics", "there is no place of ours for its "
					   "state; name one with --state");
	wrong = state_lock(state, true);
	if (wrong)
		return bad_news(state, wrong);
	load(ledger, state);
	read_all(ledger);
	wrong = state_save(ledger, state);
	if (wrong)
		return bad_news(state, wrong);
	if (!args->output) {
		metrics_print(stdout, ledger, NULL);
		return EXIT_OK;
	}
	wrong = metrics_write(args->output, ledger, NULL);
	return wrong ? bad_news(args->output, wrong) : EXIT_OK;
}

static bool read_options(int argc, char **argv, struct arguments *args)
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
		*(option == 'o' ? &args->output : &args->state) = optarg;
	}
	return optind == argc;
}

int metrics_main(int argc, char **argv)
{
	struct collect_state ledger = {0};
	struct arguments args = {0};
	int status;

	if (!read_options(argc, argv, &args))
		return usage_error(argv[0]);
	rundirs_say_refused();
	if (args.output || args.state)
		status = keep(&ledger, &args);
	else
		status = print(&ledger);
	state_free(&ledger);
	return status;
}
