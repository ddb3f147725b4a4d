/* SPDX-License-Identifier: MIT
 * sockmendctl: picks the subcommand.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"

struct subcommand {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *arguments, *help;
};

static const struct subcommand subcommands[] = {
	{"check", check_main, "[FILE]...", "is the configuration well?"},
	{"compile", compile_main, "[-c FILE | -p PROFILE] [-r RULE]...",
	 "print the policy the library reads"},
	{"apply", apply_main, "", "check all, then replace the system's policy"},
	{"show", show_main, "[--json] [-c FILE | -p PROFILE] [PROGRAM]",
	 "the rules in effect, and where each came from"},
	{"probe", probe_main, "[--json | --quiet] PROGRAM",
	 "can it be mended, and if not, why"},
	{"events", events_main, "[--json] [-f] [PID]... | --prune",
	 "what was done to mended programs"},
	{"libpath", libpath_main, "[PROGRAM]",
	 "the library to preload, if it mends PROGRAM"},
	{"environ", environ_main, "PID",
	 "for sockmend: what a shell changed in the environment"},
	{"version", version_main, "", "the version of sockmend"},
};

#define COUNT (sizeof subcommands / sizeof *subcommands)

static const struct subcommand *find(const char *name)
{
	for (size_t i = 0; i < COUNT; i++)
		if (!strcmp(subcommands[i].name, name))
			return &subcommands[i];
	return NULL;
}

int usage_error(const char *name)
{
	const struct subcommand *s = find(name);

	fprintf(stderr, "usage: sockmendctl %s%s%s\n", s->name,
		*s->arguments ? " " : "", s->arguments);
	return EXIT_USAGE;
}

static void print_help(FILE *out)
{
	fputs("usage: sockmendctl COMMAND [ARGUMENT]...\n\n", out);
	for (size_t i = 0; i < COUNT; i++)
		fprintf(out, "  %-9s%s\n", subcommands[i].name,
			subcommands[i].help);
}

static int run(int argc, char **argv)
{
	const struct subcommand *s;

	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help")) {
		print_help(stdout);
		return EXIT_WELL;
	}
	s = find(argv[1]);
	if (s)
		return s->run(argc - 1, argv + 1);
	fprintf(stderr, "sockmendctl: %s: no such command\n", argv[1]);
	print_help(stderr);
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
