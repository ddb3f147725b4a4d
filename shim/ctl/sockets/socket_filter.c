/* SPDX-License-Identifier: MIT
 * The options of status and end that choose connections.
 */
#include "socket_filter.h"

#include <stdio.h>
#include <string.h>

#include "core/policy_text.h"

bool wrong_value(const char *option, const char *value, const char *wants)
{
	fprintf(stderr, "sockmendctl: %s = %.80s: want %s\n", option, value,
		wants);
	return false;
}

static bool take_states(const char *text, uint32_t *states)
{
	char word[32];

	while (*text) {
		const size_t len = strcspn(text, ",");
		enum tcp_state state;

		snprintf(word, sizeof word, "%.*s", (int)len, text);
		state = len < sizeof word ? state_of_word(word)
					  : TCP_STATE_NONE;
		if (!state)
			return wrong_value("--state", text,
					   "established, close-wait, listen "
					   "...");
		*states |= STATE_BIT(state);
		text += len + (text[len] == ',');
	}
	return true;
}

static bool take_prefix(const char *option, const char *text,
			struct prefix *prefix, bool *given)
{
	*given = true;
	return !prefix_read(text, strlen(text), prefix) ||
	       wrong_value(option, text, "ADDR[/LEN][:PORT[-PORT]]");
}

bool socket_filter_take(int option, const char *value,
			struct socket_filter *filter)
{
	switch (option) {
	case 's':
		return take_states(value, &filter->states);
	case 'g':
		filter->program = value;
		return true;
	case 'a':
		return take_prefix("--peer", value, &filter->peer,
				   &filter->has_peer);
	case 'l':
		return take_prefix("--local", value, &filter->local,
				   &filter->has_local);
	}
	return false;
}

bool socket_filter_matches(const struct socket_filter *filter,
			   const struct tcp_socket *socket)
{
	const struct match_key m = {DIRECTION_ANY, &socket->local,
				    &socket->peer};
	struct prefix local = filter->local, peer = filter->peer;
	const struct rule rule = {
		.local = {filter->has_local, &local},
		.peer = {filter->has_peer, &peer},
	};

	if (filter->states && !(filter->states & STATE_BIT(socket->state)))
		return false;
	if (filter->has_peer && !socket->peer.known)
		return false;
	return rule_match(&rule, &m) == MATCH_YES;
}
