/* SPDX-License-Identifier: MIT
 * sockmendctl suggest: the rules that would help a program.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "duration.h"
#include "suggest_text.h"

enum { TIME = 't', SILENCE = 's' };

static bool read_time(const char *name, const char *text, int64_t *time)
{
	if (duration_read(text, time) && *time <= DAY)
		return true;
	fprintf(stderr, "sockmendctl: --%s: want 10ms-1d\n", name);
	return false;
}

static bool read_options(int argc, char **argv, struct watching *watching)
{
	static const struct option options[] = {
		{"time", required_argument, NULL, TIME},
		{"silence", required_argument, NULL, SILENCE},
		{0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == TIME &&
		    read_time("time", optarg, &watching->length))
			continue;
		if (option == SILENCE &&
		    read_time("silence", optarg, &watching->silence))
			continue;
		return false;
	}
	watching->who = argv[optind];
	return argc - optind == 1;
}

int suggest_main(int argc, char **argv)
{
	struct watching watching = {
		.length = 10 * SECOND,
		.silence = SILENCE_DEFAULT,
	};
	struct troubles troubles;

	if (!read_options(argc, argv, &watching))
		return usage_error(argv[0]);
	if (!watch(&watching)) {
		pool_return(&watching.pool);
		return no_such_process(watching.who);
	}
	if (watching.wrong)
		fprintf(stderr, "sockmendctl: not all was seen: %s\n",
			watching.wrong);
	troubles = diagnose(&watching);
	suggest_write(&watching, &troubles);
	pool_return(&watching.pool);
	return EXIT_OK;
}
