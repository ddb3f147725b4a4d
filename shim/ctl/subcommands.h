/* SPDX-License-Identifier: MIT
 * The table of subcommands, for main(); unit tests link it without main().
 */
#ifndef SOCKMEND_SUBCOMMANDS_H
#define SOCKMEND_SUBCOMMANDS_H

#include <stdio.h>

struct subcommand {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *arguments, *help;
};

const struct subcommand *subcommand_find(const char *name);

/* How to call it: its usage, what it is for, its options one a line. */
void subcommand_help(const struct subcommand *s);

/* How to call them all. */
void subcommands_help(FILE *out);

#endif
