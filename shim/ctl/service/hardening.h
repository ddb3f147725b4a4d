/* SPDX-License-Identifier: MIT
 * What of a unit's own unit_settings stands in the way of the library, and what
 * a drop-in can do about it.
 */
#ifndef SOCKMEND_HARDENING_H
#define SOCKMEND_HARDENING_H

#include <stdio.h>

#include "unit.h"

struct sandbox {
	const struct root *root;
	const struct unit *unit;
	const char *library;
	const char *policy; /* the file the service will read */
	struct pool *pool;
	const char *sets; /* of system calls, as systemd lists them */
	unsigned in_the_way; /* what was said that nothing can be done about */
};

/* Is it root who runs it? */
bool sandbox_is_root(const struct unit *unit);

/* Say on stderr what is in the way, each with its file and line. */
void sandbox_judge(struct sandbox *sandbox);

/* May the unit's user not read the policy? Then it is said where and why. */
void sandbox_judge_policy(struct sandbox *sandbox);

/* The lines of a drop-in that let the library do its work all the same. */
void sandbox_relax(struct sandbox *sandbox, FILE *out);

#endif
