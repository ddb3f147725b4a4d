/* SPDX-License-Identifier: MIT
 * The options -c, -p, -r and --json of the subcommands that read rules.
 */
#include <getopt.h>
#include <stdlib.h>

#include "config_args.h"
#include "ctl.h"

static const struct option with_json[] = {
	{"json", no_argument, NULL, 'j'},
	{NULL, 0, NULL, 0},
};

static const struct option *const without_json = &with_json[1];

bool config_args_take(int letter, struct config_args *choice)
{
	switch (letter) {
	case 'c':
		choice->file = optarg;
		return *optarg && !choice->profile;
	case 'p':
		choice->profile = optarg;
		return !choice->file;
	case 'r':
		choice->rule[choice->rules++] = optarg;
		return true;
	default:
		return false;
	}
}

static bool take(int letter, struct config_args *choice, bool *json)
{
	if (letter == 'j')
		return *json = true;
	return config_args_take(letter, choice);
}

int config_args_read(int argc, char **argv, const char *allowed,
		     struct config_args *choice, bool *json)
{
	int letter;

	*choice = (struct config_args){
		.rule = calloc((size_t)argc, sizeof *choice->rule)};
	if (!choice->rule)
		return -1;
	while ((letter = getopt_long(argc, argv, allowed,
				     json ? with_json : without_json, NULL)) !=
	       -1)
		if (!take(letter, choice, json)) {
			usage_error(argv[0]);
			return -1;
		}
	return optind;
}
