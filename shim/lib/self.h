/* SPDX-License-Identifier: MIT
 * Who this process is to the rules, and what they say of it.
 */
#ifndef SOCKMEND_SELF_H
#define SOCKMEND_SELF_H

#include <stdbool.h>

#include "policy.h"

/* Immutable once published. With no rule for this program it is a constant,
 * and nothing of ours is in memory. */
struct self {
	struct policy policy; /* the rules that mean this program */
	bool observe;	      /* decide and record, change nothing */
	bool log_stderr;
	char name[64];	      /* as rules see it */
	bool no_journal;      /* SOCKMEND_RUNDIR cannot be used */
	char rundir[256];     /* SOCKMEND_RUNDIR, or "" */
	char session_dir[224]; /* XDG_RUNTIME_DIR, or "" */
};

/* Who we are; found out at the first call. Never NULL, never blocks. */
const struct self *self(void);

/* Is there any rule for this program? */
static inline bool self_has_rules(void)
{
	return self()->policy.count != 0;
}

/* The rule a slot names: number from 1. */
const struct rule *self_rule(unsigned number);
unsigned self_rule_number(const struct rule *rule);

#endif
