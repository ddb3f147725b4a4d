/* SPDX-License-Identifier: MIT
 * This process: the policy in force for it, found at the first call that
 * needs it, and its process id.
 */
#ifndef SOCKMEND_SELF_H
#define SOCKMEND_SELF_H

#include <stdatomic.h>
#include <stdbool.h>

#include "policy.h"

struct journal;

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
	uint64_t stderr_device, stderr_inode; /* what descriptor 2 was */
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

/* The process id without asking: a page that fork wipes remembers it. In a
 * child nobody told us of, the first call adopts the slots. */
int self_pid(void);

/* In the child, straight after fork. */
void self_forked(void);

/* Descriptor 2 was closed or replaced: it is not the program's stderr. */
void self_stderr_moved(void);

/* Is descriptor 2 still what it was at start, and would it take a line? */
bool self_stderr_usable(const struct self *me);

#endif
