/* SPDX-License-Identifier: MIT
 * sockmendctl status: every mended process and its connections, now.
 */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "term_wrap.h"
#include "screen.h"
#include "status.h"

#define REFRESH 1000 /* milliseconds */

struct arguments {
	bool json, watch;
	struct status_filter pick;
	pid_t *pid;
	unsigned pids;
};

static bool read_sort(const char *text, struct status_filter *pick)
{
	pick->sort = text;
	return pick_sorts_by(text) ||
	       wrong_value("--sort", text, pick_sort_keys);
}

static bool read_option(int option, struct arguments *args)
{
	switch (option) {
	case 'j':
		args->json = true;
		return true;
	case 'w':
		args->watch = true;
		return true;
	case 'r':
		args->pick.rule = optarg;
		return true;
	case 'o':
		return read_sort(optarg, &args->pick);
	}
	return socket_filter_take(option, optarg, &args->pick.filter);
}

static bool read_pids(char **word, int count, struct arguments *args)
{
	args->pid = calloc((size_t)count + 1, sizeof *args->pid);
	for (int i = 0; args->pid && i < count; i++) {
		char *end;
		const long number = strtol(word[i], &end, 10);

		if (end == word[i] || *end || number <= 0 || number > INT_MAX)
			return wrong_value("PID", word[i], "a process number");
		args->pid[args->pids++] = (pid_t)number;
	}
	return args->pid != NULL;
}

static bool read_options(int argc, char **argv, struct arguments *args)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{"watch", no_argument, NULL, 'w'},
		SOCKET_FILTER_OPTIONS,
		{"rule", required_argument, NULL, 'r'},
		{"sort", required_argument, NULL, 'o'},
		{0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!read_option(option, args))
			return false;
	if (args->json && args->watch)
		return wrong_value("--watch", "with --json", "one of them");
	return read_pids(argv + optind, argc - optind, args);
}

static bool look(const struct arguments *args, struct status *status)
{
	const bool all_there = status_read(args->pid, args->pids,
					   args->pick.filter.states, status);

	status_pick(status, &args->pick);
	return all_there;
}

static void print_table(const struct status *status)
{
	const struct table_output sheet = {
		.out = stdout,
		.width = isatty(STDOUT_FILENO) ? screen_size().width : 0,
		.coloured = term_find().coloured,
	};

	status_table(status, &sheet);
	fflush(stdout);
	status_notes(status, stderr);
	if (!status->processes.count && !processes_unseen())
		fputs("sockmendctl: no mended process of this user\n", stderr);
}

static int show(const struct arguments *args)
{
	struct status status;
	const bool all_there = look(args, &status);

	if (args->json)
		status_json(&status, stdout);
	else
		print_table(&status);
	status_free(&status);
	return all_there ? EXIT_OK : EXIT_FAIL;
}

static void draw(const struct arguments *args)
{
	const struct screen_size size = screen_size();
	struct table_output sheet = {.width = size.width, .rows = size.height};
	struct status status;
	char *picture = NULL;
	size_t len = 0;

	sheet.coloured = term_find().coloured;
	sheet.out = open_memstream(&picture, &len);
	if (!sheet.out)
		return;
	look(args, &status);
	status_table(&status, &sheet);
	status_free(&status);
	fclose(sheet.out);
	screen_show(picture, len);
	free(picture);
}

static int watch(const struct arguments *args)
{
	if (!screen_take()) {
		fputs("sockmendctl: --watch wants a terminal that can move its "
		      "cursor\n",
		      stderr);
		return EXIT_USAGE;
	}
	do
		draw(args);
	while (screen_wait(REFRESH));
	screen_give_back();
	return EXIT_OK;
}

int status_main(int argc, char **argv)
{
	struct arguments args = {0};
	int result;

	if (!read_options(argc, argv, &args))
		result = usage_error(argv[0]);
	else
		result = args.watch ? watch(&args) : show(&args);
	free(args.pid);
	return result;
}
