/* SPDX-License-Identifier: MIT
 * sockmendctl: picks the subcommand.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "subcommands.h"

static bool asks_for_help(const char *argument)
{
	return !strcmp(argument, "-h") || !strcmp(argument, "--help");
}

static int run(int argc, char **argv)
{
	const struct subcommand *s;

	if (argc < 2) {
		subcommands_help(stderr);
		return EXIT_USAGE;
	}
	if (asks_for_help(argv[1])) {
		subcommands_help(stdout);
		return EXIT_WELL;
	}
	s = subcommand_find(argv[1]);
	if (s && argc == 3 && asks_for_help(argv[2])) {
		subcommand_help(s);
		return EXIT_WELL;
	}
	if (s)
		return s->run(argc - 1, argv + 1);
	fprintf(stderr, "sockmendctl: %s: no such command\n", argv[1]);
	subcommands_help(stderr);
	return EXIT_USAGE;
}

/* An answer that could not be written is no answer: a full disk shows here. */
int main(int argc, char **argv)
{
	int status = run(argc, argv);

	if (!fflush(stdout) && !ferror(stdout))
		return status;
	fprintf(stderr, "sockmendctl: standard output: %s\n", strerror(errno));
	return EXIT_BAD_NEWS;
}
