/* SPDX-License-Identifier: MIT
 * Is the system's policy made from the system's configuration?
 */
#ifndef SOCKMEND_IN_FORCE_H
#define SOCKMEND_IN_FORCE_H

#include "config.h"

#define SYSTEM_POLICY CONFIG_DIR "/policy"

enum in_force {
	IN_FORCE, /* what programs have is what is configured */
	IN_FORCE_MISSING, /* they have the built-in rules */
	IN_FORCE_OTHER, /* older, or edited */
	IN_FORCE_UNREADABLE, /* for this user */
	IN_FORCE_BROKEN, /* the configuration has errors */
};

/* Hold the policy file against this one, compiled from the configuration. */
enum in_force in_force_compare(const char *text, size_t len);

/* The same for the system's configuration as it is now. */
enum in_force in_force_now(void);

/* What that means, and what to do; NULL for IN_FORCE. */
const char *in_force_note(enum in_force state);

/* Say so on stderr, unless the choice names other rules than the system's. */
void in_force_say(const struct config_args *choice,
		  const struct config *config);

#endif
