/* SPDX-License-Identifier: MIT
 * The options -c, -p, -r and --json of the subcommands that read rules.
 */
#ifndef SOCKMEND_CONFIG_ARGS_H
#define SOCKMEND_CONFIG_ARGS_H

#include "config.h"

/* What getopt(3) found: one of -c, -p, -r with its value in optarg. False
 * when it is none of them, or one too many. `choice->rule` has room. */
bool config_args_take(int letter, struct config_args *choice);

/* Read those of "cpr" and --json that `allowed` and `json` (or NULL) let be
 * off argv. Gives the place of the first operand, or -1 when the subcommand
 * was called wrongly, which has been said then. `choice->rule` is calloc'ed. */
int config_args_read(int argc, char **argv, const char *allowed,
		     struct config_args *choice, bool *json);

#endif
