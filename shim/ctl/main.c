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

static bool asks_for_version(const char *argument)
{
	return !strcmp(argument, "-V") || !strcmp(argument, "--version");
}

/* `word` among the options of a subcommand? Operands behind -- are none. */
static bool has_option(char **argument, const char *word)
{
	for (; *argument && strcmp(*argument, "--"); argument++)
		if (!strcmp(*argument, word))
			return true;
	return false;
}

static int print_version(void)
{
	return version_main(1, (char *[]){"version", NULL});
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
		return EXIT_OK;
	}
	if (asks_for_version(argv[1]))
		return print_version();
	s = subcommand_find(argv[1]);
	if (s && (has_option(argv + 2, "--help") ||
		  (argc == 3 && asks_for_help(argv[2])))) {
		subcommand_help(s);
		return EXIT_OK;
	}
	if (s && has_option(argv + 2, "--version"))
		return print_version();
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
	return EXIT_FAIL;
}
