/* SPDX-License-Identifier: MIT
 * Which rule governs a socket of this process, as far as is known by now.
 */
#include "state/match.h"

#include <stddef.h>

#include "state/context.h"

/* The rule that surely governs, or the first that may; *sure tells. */
const struct rule *match_first(enum direction direction,
			       const struct endpoint *local,
			       const struct endpoint *peer, bool *sure)
{
	const struct match_key moment = {direction, local, peer};
	enum match match;
	const struct rule *rule =
		policy_next(&context()->policy, 0, &moment, &match);

	*sure = match != MATCH_MAYBE;
	return rule;
}

/* The first rule that may govern and has the option on; none after the first
 * that surely governs is asked. */
const struct rule *match_possible_with(enum rule_option id,
				       enum direction direction,
				       const struct endpoint *local)
{
	const struct match_key moment = {direction, local, NULL};
	const struct policy *policy = &context()->policy;
	enum match match = MATCH_MAYBE;

	for (unsigned i = 0; match == MATCH_MAYBE; i++) {
		const struct rule *rule =
			policy_next(policy, i, &moment, &match);

		if (!rule)
			return NULL;
		if (rule_has(rule, id))
			return rule;
		i = (unsigned)(rule - policy->rule);
	}
	return NULL;
}

/* The first rule that surely matches. */
const struct rule *match_certain(enum direction direction,
				 const struct endpoint *local,
				 const struct endpoint *peer)
{
	const struct match_key key = {direction, local, peer};

	return policy_first_certain(&context()->policy, &key);
}

bool match_uses_peer(void)
{
	const struct policy *policy = &context()->policy;

	for (unsigned i = 0; i < policy->count; i++)
		if (policy->rule[i].peer.count)
			return true;
	return false;
}

bool match_uses_local(void)
{
	const struct policy *policy = &context()->policy;

	for (unsigned i = 0; i < policy->count; i++)
		if (policy->rule[i].local.count)
			return true;
	return false;
}
