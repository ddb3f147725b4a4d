/* SPDX-License-Identifier: MIT
 * sockmendctl compile: configuration in, policy text out.
 */
#include <stdio.h>
#include <stdlib.h>

#include "config_args.h"
#include "ctl.h"
#include "rundir.h"

static int compile(const struct config_args *choice)
{
	static char text[POLICY_TEXT_MAX + 1];
	struct config_errors complaint = {0};
	struct config config;
	size_t len;
	bool well = config_gather(choice, NULL, &config, &complaint) &&
		    config_compile(&config, text, &len, &complaint);

	config_free(&config);
	if (!well)
		return config_error_print(&complaint);
	fwrite(text, 1, len, stdout);
	return EXIT_OK;
}

int compile_main(int argc, char **argv)
{
	struct config_args choice;
	int operands = config_args_read(argc, argv, "c:p:r:", &choice, NULL);
	int status = EXIT_USAGE;

	if (operands == argc)
		status = compile(&choice);
	else if (operands >= 0)
		usage_error(argv[0]);
	free(choice.rule);
	/* Every start through sockmend compiles: that is when journals go. */
	rundir_prune();
	return status;
}
