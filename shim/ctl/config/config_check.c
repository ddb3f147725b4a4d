/* SPDX-License-Identifier: MIT
 * A configuration is read, and all that is wrong with it is collected.
 */
#include <stdio.h>

#include "config_check.h"
#include "lint.h"

/* A single problem counts itself. */
static void say_how_many(const char *file, unsigned count)
{
	if (count < 2)
		return;
	fprintf(stderr, "%s%s%u problems", file ? file : "", file ? ": " : "",
		count);
	if (count > PROBLEMS_MAX)
		fprintf(stderr, ", the first %d of which were shown",
			PROBLEMS_MAX);
	fputc('\n', stderr);
}

static void say_warnings(const struct config *config)
{
	struct problems all = {0};
	struct config_errors warnings = {.all = &all};

	warn(config, &warnings);
	problems_print(&all);
	problems_free(&all);
}

/* Too long a policy is bad news too, though no line of the file is wrong. */
bool review(const struct config_args *choice, seen_file *seen,
	    struct config *config, char text[POLICY_TEXT_MAX + 1], size_t *len)
{
	struct problems all = {0};
	struct config_errors complaint = {.all = &all};
	const bool well = config_gather(choice, seen, config, &complaint) &&
			  config_compile(config, text, len, &complaint);

	problems_print(&all);
	problems_free(&all);
	if (well)
		say_warnings(config);
	else
		say_how_many(choice->file, complaint.count);
	return well;
}
