/* SPDX-License-Identifier: MIT
 * A configuration is read, and all that is wrong with it is collected.
 */
#ifndef SOCKMEND_CONFIG_CHECK_H
#define SOCKMEND_CONFIG_CHECK_H

#include "config.h"
#include "core/policy_text.h"

/* Gather and compile what `choice` means into *config, which the caller frees,
 * and `text`. All problems are printed on stderr, and how many there are; or
 * where there is none all warnings. True when it can be used. */
bool review(const struct config_args *choice, seen_file *seen,
	    struct config *config, char text[POLICY_TEXT_MAX + 1], size_t *len);

#endif
