/* SPDX-License-Identifier: MIT
 * The drop-in that has a service mended, and the policy beside it: composed,
 * sealed against later edits, put in place and taken away again.
 */
#ifndef SOCKMEND_DROPIN_H
#define SOCKMEND_DROPIN_H

#include <stdint.h>

#include "hardening.h"

enum dropin_state { NOT_THERE, AS_WRITTEN, EDITED, NOT_OURS };

/* Where it goes, and what is there now. */
struct dropin {
	const struct root *root;
	struct pool *pool;
	const char *unit, *path, *policy_path;
	enum dropin_state state;
	char *old, *old_policy; /* NULL: not there */
	bool has_policy; /* the old one says so in its seal, and: */
	int dirs, policy_dirs; /* that were made for the two */
};

void dropin_find(const struct root *root, const char *unit, struct pool *pool,
		 struct dropin *dropin);

/* Its text but for the seal. `policy`: there will be one. */
char *dropin_compose(struct sandbox *sandbox, const struct dropin *dropin,
		     bool policy);

/* Write both; `policy` NULL: none. What is there already goes. False with
 * errno and *path, and then everything is as it was. */
bool dropin_put(struct dropin *dropin, const char *body, const char *policy,
		const char **path);

/* As it was when it was found. */
void dropin_put_back(const struct dropin *dropin);

/* Remove both, and the directories that were made for them. */
bool dropin_remove(const struct dropin *dropin, const char **path);

#endif
