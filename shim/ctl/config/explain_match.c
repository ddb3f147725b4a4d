/* SPDX-License-Identifier: MIT
 * The first part of a rule that does not match. Each is asked of policy.c by
 * itself, of a rule that has nothing else.
 */
#include "explain.h"

const char *const part_names[PARTS] = {"program", "direction", "local", "peer"};

static enum match match_program(const struct rule *rule,
				const struct program *program)
{
	static const struct program anybody = {"", "", ""};

	if (program)
		return rule_means_program(rule, program) ? MATCH_YES : MATCH_NO;
	return !rule->program.count || rule_means_program(rule, &anybody)
		       ? MATCH_YES
		       : MATCH_MAYBE;
}

static enum match match_part(const struct rule *rule, enum part part,
			     const struct question *q)
{
	struct rule alone = {.direction = DIRECTION_ANY};

	if (part == PART_PROGRAM)
		return match_program(rule, q->program);
	if (part == PART_DIRECTION)
		alone.direction = rule->direction;
	if (part == PART_LOCAL)
		alone.local = rule->local;
	if (part == PART_PEER)
		alone.peer = rule->peer;
	return rule_match(&alone, &q->moment);
}

struct verdict judge(const struct rule *rule, const struct question *question)
{
	struct verdict verdict = {MATCH_YES, PARTS};

	for (enum part part = 0; part < PARTS; part++) {
		const enum match match = match_part(rule, part, question);

		if (match == MATCH_NO)
			return (struct verdict){MATCH_NO, part};
		if (match < verdict.match)
			verdict = (struct verdict){match, part};
	}
	return verdict;
}

unsigned judge_all(const struct policy *policy, const struct question *question,
		   bool *may_be_another)
{
	unsigned i = 0;

	*may_be_another = false;
	for (; i < policy->count; i++) {
		const struct verdict v = judge(&policy->rule[i], question);

		if (v.match == MATCH_YES)
			break;
		*may_be_another |= v.match == MATCH_MAYBE;
	}
	return i;
}
