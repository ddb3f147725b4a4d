/* SPDX-License-Identifier: MIT
 * Which events are asked for.
 */
#include "filter.h"

#include <string.h>

#include "core/policy_text.h"

struct filter filter_nothing(void)
{
	return (struct filter){.since = INT64_MIN, .until = INT64_MAX};
}

bool filter_add_event(struct filter *filter, const char *word)
{
	for (unsigned i = 0; i < EVENT_COUNT_OF; i++)
		if (!strcmp(event_words[i], word)) {
			filter->events |= UINT64_C(1) << i;
			return true;
		}
	return false;
}

bool filter_set_peer(struct filter *filter, const char *text)
{
	filter->of_peer = true;
	return !prefix_read(text, strlen(text), &filter->peer);
}

static bool is_kind(const struct filter *filter, unsigned id)
{
	if (!filter->events)
		return true;
	return id < EVENT_COUNT_OF && filter->events & UINT64_C(1) << id;
}

/* As a rule for that peer alone would have it. */
static bool is_peer(const struct filter *filter, const struct endpoint *peer)
{
	struct prefix prefix = filter->peer;
	const struct rule rule = {.peer = {1, &prefix}};
	const struct match_key moment = {.peer = peer};

	return !filter->of_peer ||
	       (peer->known && rule_match(&rule, &moment) == MATCH_YES);
}

bool filter_takes(const struct filter *filter, const struct event *e,
		  const char *program)
{
	if (e->time < filter->since || e->time >= filter->until)
		return false;
	if (!is_kind(filter, e->id))
		return false;
	if (filter->program && !glob_matches(filter->program, program))
		return false;
	if (filter->rule && !glob_matches(filter->rule, e->rule))
		return false;
	return is_peer(filter, &e->peer);
}
