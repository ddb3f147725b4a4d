/* SPDX-License-Identifier: MIT
 * sockmendctl check: is the configuration well? Says so of every file.
 */
#include <stdio.h>

#include "config.h"
#include "ctl.h"

static void say_ok(const char *file, unsigned rules)
{
	printf("%s: ok, %u rule%s\n", file, rules, rules == 1 ? "" : "s");
}

/* Too long a policy is bad news too, though no line of the file is wrong. */
static int check(const struct choice *choice)
{
	static char text[POLICY_TEXT_MAX + 1];
	struct complaint complaint = {""};
	struct config config;
	size_t len;
	bool well = config_gather(choice, say_ok, &config, &complaint) &&
		    config_compile(&config, text, &len, &complaint);

	config_free(&config);
	return well ? EXIT_WELL : complaint_print(&complaint);
}

int check_main(int argc, char **argv)
{
	int status = EXIT_WELL;

	if (argc < 2)
		return check(&(struct choice){0});
	if (*argv[1] == '-')
		return usage_error(argv[0]);
	for (int i = 1; i < argc; i++)
		if (check(&(struct choice){.file = argv[i]}))
			status = EXIT_BAD_NEWS;
	return status;
}
