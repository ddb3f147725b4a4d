/* SPDX-License-Identifier: MIT
 * sockmendctl apply: the system's configuration becomes the system's policy,
 * all of it or nothing.
 */
#include <getopt.h>
#include <stdio.h>

#include "ctl.h"
#include "in_force.h"
#include "write_atomic.h"
#include "config_check.h"

static int apply(struct config *config, bool dry_run)
{
	static char text[POLICY_TEXT_MAX + 1];
	const char *wrong;
	size_t len;

	if (!review(&(struct config_args){0}, NULL, config, text, &len))
		return EXIT_FAIL;
	wrong = dry_run ? NULL : replace_name(SYSTEM_POLICY, text, len, 0644);
	if (wrong) {
		fprintf(stderr, "%s: cannot be replaced: %s\n", SYSTEM_POLICY,
			wrong);
		return EXIT_FAIL;
	}
	printf("%s: %u rule%s%s\n", SYSTEM_POLICY, config->policy.count,
	       config->policy.count == 1 ? "" : "s",
	       !dry_run ? ""
	       : in_force_compare(text, len) == IN_FORCE
		       ? ": would not change"
		       : ": would be replaced");
	return EXIT_OK;
}

int apply_main(int argc, char **argv)
{
	static const struct option options[] = {
		{"dry-run", no_argument, NULL, 'n'},
		{0},
	};
	struct config config = {0};
	bool dry_run = false;
	int letter, status;

	while ((letter = getopt_long(argc, argv, "n", options, NULL)) != -1) {
		if (letter != 'n')
			return usage_error(argv[0]);
		dry_run = true;
	}
	if (optind < argc)
		return usage_error(argv[0]);
	status = apply(&config, dry_run);
	config_free(&config);
	return status;
}
