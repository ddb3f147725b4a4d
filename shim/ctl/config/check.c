/* SPDX-License-Identifier: MIT
 * sockmendctl check: is the configuration valid? Says so of every file that
 * is, and of the others everything that is wrong.
 */
#include <stdio.h>

#include "ctl.h"
#include "in_force.h"
#include "config_check.h"

static void say_ok(const char *file, unsigned rules)
{
	printf("%s: ok, %u rule%s\n", file, rules, rules == 1 ? "" : "s");
}

static int check(const struct config_args *choice)
{
	static char text[POLICY_TEXT_MAX + 1];
	struct config config;
	size_t len;
	const bool well = review(choice, say_ok, &config, text, &len);

	fflush(stdout);
	if (well)
		in_force_say(choice, &config);
	config_free(&config);
	return well ? EXIT_OK : EXIT_FAIL;
}

int check_main(int argc, char **argv)
{
	int status = EXIT_OK;

	if (argc < 2)
		return check(&(struct config_args){0});
	if (*argv[1] == '-')
		return usage_error(argv[0]);
	for (int i = 1; i < argc; i++)
		if (check(&(struct config_args){.file = argv[i]}))
			status = EXIT_FAIL;
	return status;
}
