/* SPDX-License-Identifier: MIT
 * sockmendctl apply: the system's configuration becomes the system's policy,
 * all of it or nothing.
 */
#include <stdio.h>

#include "ctl.h"
#include "replace.h"
#include "review.h"

#define POLICY CONFIG_DIR "/policy"

static int apply(struct config *config)
{
	static char text[POLICY_TEXT_MAX + 1];
	const char *wrong;
	size_t len;

	if (!review(&(struct choice){0}, NULL, config, text, &len))
		return EXIT_BAD_NEWS;
	wrong = replace_name(POLICY, text, len, 0644);
	if (wrong) {
		fprintf(stderr, "%s: cannot be replaced: %s\n", POLICY, wrong);
		return EXIT_BAD_NEWS;
	}
	printf("%s: %u rule%s\n", POLICY, config->policy.count,
	       config->policy.count == 1 ? "" : "s");
	return EXIT_WELL;
}

int apply_main(int argc, char **argv)
{
	struct config config;
	int status;

	if (argc > 1)
		return usage_error(argv[0]);
	status = apply(&config);
	config_free(&config);
	return status;
}
