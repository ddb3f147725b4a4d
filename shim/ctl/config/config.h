/* SPDX-License-Identifier: MIT
 * Which configuration is meant, and all of it gathered in order.
 */
#ifndef SOCKMEND_CONFIG_H
#define SOCKMEND_CONFIG_H

#include "grammar.h"

#define CONFIG_DIR SYSCONFDIR "/sockmend"
#define BUILT_IN_SAFE "built-in profile safe" /* as a file's name */

/* What the command line says of it. */
struct config_args {
	const char *file, *profile; /* -c, -p; at most one of them */
	const char **rule; /* -r */
	unsigned rules;
};

/* Called for each file that was read, with the number of its rules. */
typedef void seen_file(const char *file, unsigned rules);

/* -r rules, then the file or the profile, or else apps.d in the order of its
 * names and sockmend.conf, or else, where nothing is configured, the built-in
 * profile safe. `seen` may be NULL. */
bool config_gather(const struct config_args *choice, seen_file *seen,
		   struct config *config, struct config_errors *complaint);

/* The policy text of it. False when it would be too long. */
bool config_compile(const struct config *config, char *out, size_t *len,
		    struct config_errors *complaint);

void config_free(struct config *config);

#endif
