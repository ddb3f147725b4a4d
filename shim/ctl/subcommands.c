/* SPDX-License-Identifier: MIT
 * The table of subcommands: who runs them, and how they are called.
 */
#include "subcommands.h"

#include <string.h>

#include "ctl.h"

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

const struct subcommand *subcommand_find(const char *name)
{
	for (size_t i = 0; i < COUNT; i++)
		if (!strcmp(subcommands[i].name, name))
			return &subcommands[i];
	return NULL;
}

int usage_error(const char *name)
{
	const struct subcommand *s = subcommand_find(name);

	fprintf(stderr, "usage: sockmendctl %s%s%s\n", s->name,
		*s->arguments ? " " : "", s->arguments);
	return EXIT_USAGE;
}

void subcommands_help(FILE *out)
{
	fputs("usage: sockmendctl COMMAND [ARGUMENT]...\n\n", out);
	for (size_t i = 0; i < COUNT; i++)
		fprintf(out, "  %-9s%s\n", subcommands[i].name,
			subcommands[i].help);
}
