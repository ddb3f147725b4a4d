/* SPDX-License-Identifier: MIT
 * Who this process is to the rules, and what they say of it.
 *
 * A policy file that is replaced is taken up: a new struct context takes the
 * place of the one in force, and the older ones stay for the sockets they
 * govern.
 */
#ifndef SOCKMEND_CONTEXT_H
#define SOCKMEND_CONTEXT_H

#include <stdbool.h>

#include "state/policy_source.h"
#include "core/policy.h"

/* Immutable once published. With no rule for this program it is a constant,
 * and nothing of ours is in memory. */
struct context {
	struct policy policy; /* the rules that mean this program */
	bool observe; /* decide and record, change nothing */
	bool log_stderr;
	char name[64]; /* as rules see it */
	bool no_journal; /* SOCKMEND_RUNDIR cannot be used */
	char rundir[256]; /* SOCKMEND_RUNDIR, or "" */
	char session_dir[224]; /* XDG_RUNTIME_DIR, or "" */
	unsigned none; /* the number that is no rule; its rules follow */
	const struct context *older; /* the one it took the place of, or NULL */
};

/* Who we are; found out at the first call. Never NULL, never blocks. */
const struct context *context(void);

/* Is there any rule for this program? */
static inline bool context_has_rules(void)
{
	return context()->policy.count != 0;
}

/* Decide and record, change nothing: the mode of all, or of this rule. */
static inline bool context_observes(const struct rule *rule)
{
	return context()->observe ||
	       (rule && rule->value[RULE_MODE] == MODE_OBSERVE);
}

/* The same of a rule of the policy that was in force when it was chosen. */
bool context_observed(unsigned number);

void context_reload(void);

/* The same, at a moment when a policy file that was replaced is taken up, if
 * it is time to look. */
static inline bool context_now_has_rules(void)
{
	if (__builtin_expect(origin_is_file, 0))
		context_reload();
	return context_has_rules();
}

/* The rule a slot names by its number, in force or older; NULL for none. */
const struct rule *context_rule(unsigned number);
unsigned context_rule_number(const struct rule *rule);

/* Was that number, be it no rule, given by the policy in force? */
static inline bool context_rule_is_current(unsigned number)
{
	return number >= context()->none;
}

/* What must know that the rules were replaced: interpose/calls_read.c, and
 * watchdog/watchdog.c, which looks at everything that is armed. */
void reads_rules_changed(void);
void watchdog_recheck_all(void);

#endif
