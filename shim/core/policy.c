/* SPDX-License-Identifier: MIT
 * Which rule governs a socket. Pure: no system call, no global, no errno.
 */
#include "core/policy.h"

#include <netinet/in.h>
#include <string.h>

const char mode_words[] = "mend|observe|off";
const char log_words[] = "none|stderr";
const char direction_words[] = "any|accept|connect";

static const uint8_t v4_mapped[12] = {[10] = 0xff, 0xff};

/* `*at` stands behind a '['. Does the class hold `c`? *at ends behind it. */
static bool class_matches(const char **at, char c)
{
	const char *p = *at;
	const bool negated = *p == '!' || *p == '^';
	bool held = false;

	p += negated;
	for (const char *first = p; *p && (*p != ']' || p == first); p++) {
		const bool range = p[1] == '-' && p[2] && p[2] != ']';

		if (range ? *p <= c && c <= p[2] : *p == c)
			held = true;
		p += range ? 2 : 0;
	}
	*at = p + (*p == ']');
	return held != negated;
}

bool glob_matches(const char *glob, const char *text)
{
	const char *star = NULL, *retry = NULL;

	while (*text) {
		const char *next = glob + 1;
		bool fits = *glob == *text || *glob == '?';

		if (*glob == '*') {
			star = ++glob;
			retry = text;
			continue;
		}
		if (*glob == '[')
			fits = class_matches(&next, *text);
		if (*glob && fits) {
			glob = next;
			text++;
			continue;
		}
		if (!star)
			return false;
		glob = star;
		text = ++retry;
	}
	while (*glob == '*')
		glob++;
	return !*glob;
}

static bool glob_means(const char *glob, const struct program *program)
{
	if (!strchr(glob, '/'))
		return glob_matches(glob, program->name);
	return glob_matches(glob, program->invoked) ||
	       glob_matches(glob, program->exe);
}

bool rule_means_program(const struct rule *rule, const struct program *program)
{
	for (unsigned i = 0; i < rule->program.count; i++)
		if (glob_means(rule->program.of[i], program))
			return true;
	return !rule->program.count;
}

static bool has_path(const struct glob_list *list)
{
	for (unsigned i = 0; i < list->count; i++)
		if (strchr(list->of[i], '/'))
			return true;
	return false;
}

bool policy_names_paths(const struct policy *policy)
{
	for (unsigned i = 0; i < policy->count; i++)
		if (has_path(&policy->rule[i].program))
			return true;
	return false;
}

static void drop_mends(struct rule *rule)
{
	for (unsigned i = 0; i < RULE_OPTIONS; i++)
		rule->value[i] = UNSET;
}

void policy_keep_for(struct policy *policy, const struct program *program)
{
	const unsigned all = policy->count;

	policy->count = 0;
	for (unsigned i = 0; i < all; i++) {
		struct rule *rule = &policy->rule[i];

		if (!rule_means_program(rule, program))
			continue;
		if (i != policy->count)
			policy->rule[policy->count] = *rule;
		rule = &policy->rule[policy->count++];
		if (rule->value[RULE_MODE] == MODE_OFF)
			drop_mends(rule);
	}
}

bool endpoint_is_v4(const struct endpoint *e)
{
	return !memcmp(e->addr, v4_mapped, sizeof v4_mapped);
}

bool endpoint_is_wildcard(const struct endpoint *e)
{
	static const uint8_t zero[16];

	if (endpoint_is_v4(e))
		return !memcmp(e->addr + 12, zero, 4);
	return !memcmp(e->addr, zero, sizeof zero);
}

struct endpoint endpoint_of(const void *sockaddr, socklen_t len)
{
	struct endpoint e = {.known = false};
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	sa_family_t family = AF_UNSPEC;

	if (len >= sizeof family)
		memcpy(&family, sockaddr, sizeof family);
	if (family == AF_INET && len >= sizeof in) {
		memcpy(&in, sockaddr, sizeof in);
		memcpy(e.addr, v4_mapped, sizeof v4_mapped);
		memcpy(e.addr + 12, &in.sin_addr, 4);
		e.port = ntohs(in.sin_port);
		e.known = true;
	}
	/* RFC 2133 left sin6_scope_id out; the kernel still takes 24 bytes. */
	if (family == AF_INET6 &&
	    len >= sizeof in6 - sizeof in6.sin6_scope_id) {
		memcpy(&in6, sockaddr, sizeof in6 - sizeof in6.sin6_scope_id);
		memcpy(e.addr, &in6.sin6_addr, 16);
		e.port = ntohs(in6.sin6_port);
		e.known = true;
	}
	return e;
}

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	const unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, whole))
		return false;
	return !rest || !((a[whole] ^ b[whole]) >> (8 - rest));
}

/* IPv4 lies below ::ffff:0:0/96; an IPv6 prefix that is shorter than that
 * still means IPv6 alone. */
static bool prefix_is_v4(const struct prefix *p)
{
	return p->bits >= 96 && !memcmp(p->addr, v4_mapped, sizeof v4_mapped);
}

static enum match match_addr(const struct prefix *p, const struct endpoint *e)
{
	const bool v4 = endpoint_is_v4(e);

	if (p->any)
		return MATCH_YES;
	if (!e->known)
		return MATCH_MAYBE;
	if (endpoint_is_wildcard(e)) {
		/* A dual-stack listener serves IPv4 too. */
		if (v4 && !prefix_is_v4(p))
			return MATCH_NO;
		return v4 && p->bits == 96 ? MATCH_YES : MATCH_MAYBE;
	}
	if (v4 != prefix_is_v4(p))
		return MATCH_NO;
	return same_bits(p->addr, e->addr, p->bits) ? MATCH_YES : MATCH_NO;
}

static enum match match_port(const struct prefix *p, const struct endpoint *e)
{
	if (!p->port_first && p->port_last == UINT16_MAX)
		return MATCH_YES;
	if (!e->known || !e->port)
		return MATCH_MAYBE;
	return p->port_first <= e->port && e->port <= p->port_last ? MATCH_YES
								   : MATCH_NO;
}

static enum match lesser(enum match a, enum match b)
{
	return a < b ? a : b;
}

static enum match match_list(const struct prefix_list *list,
			     const struct endpoint *e)
{
	static const struct endpoint unknown;
	enum match best = list->count ? MATCH_NO : MATCH_YES;

	if (!e)
		e = &unknown;
	for (unsigned i = 0; i < list->count; i++) {
		const enum match m = lesser(match_addr(&list->of[i], e),
					    match_port(&list->of[i], e));

		best = m > best ? m : best;
	}
	return best;
}

static enum match match_direction(enum direction rule, enum direction moment)
{
	if (rule == DIRECTION_ANY || rule == moment)
		return MATCH_YES;
	return moment == DIRECTION_ANY ? MATCH_MAYBE : MATCH_NO;
}

enum match rule_match(const struct rule *rule, const struct match_key *moment)
{
	return lesser(match_direction(rule->direction, moment->direction),
		      lesser(match_list(&rule->local, moment->local),
			     match_list(&rule->peer, moment->peer)));
}

const struct rule *policy_next(const struct policy *policy, unsigned from,
			       const struct match_key *moment,
			       enum match *match)
{
	for (unsigned i = from; i < policy->count; i++) {
		*match = rule_match(&policy->rule[i], moment);
		if (*match != MATCH_NO)
			return &policy->rule[i];
	}
	*match = MATCH_NO;
	return NULL;
}

const struct rule *policy_first_certain(const struct policy *policy,
					const struct match_key *key)
{
	enum match match = MATCH_MAYBE;
	const struct rule *rule = NULL;

	for (unsigned i = 0; match == MATCH_MAYBE; i++) {
		rule = policy_next(policy, i, key, &match);
		if (rule)
			i = (unsigned)(rule - policy->rule);
	}
	return rule;
}

static bool has_mends(const struct rule *rule)
{
	for (unsigned i = 0; i < RULE_OPTIONS; i++)
		if (i != RULE_MODE && rule->value[i] != UNSET)
			return true;
	return false;
}

static bool matches_all(const struct rule *rule)
{
	return rule->direction == DIRECTION_ANY && !rule->local.count &&
	       !rule->peer.count;
}

bool policy_leaves_alone(const struct policy *policy)
{
	for (unsigned i = 0; i < policy->count; i++) {
		if (has_mends(&policy->rule[i]))
			return false;
		if (matches_all(&policy->rule[i]))
			return true;
	}
	return true;
}

enum mode rule_mode(const struct policy *policy, const struct rule *rule)
{
	const int64_t own = rule->value[RULE_MODE];

	return own > (int64_t)policy->mode ? (enum mode)own : policy->mode;
}

static enum rule_option section_of(enum rule_option id)
{
	/* Its options stand behind it. */
	for (int i = (int)id; i >= 0; i--)
		if (rule_options[i].kind == OPTION_SECTION &&
		    !strcmp(rule_options[i].name, rule_options[id].section))
			return (enum rule_option)i;
	return id;
}

int64_t rule_value(const struct rule *rule, enum rule_option id)
{
	const int64_t value = rule->value[id],
		      if_unset = rule_options[id].if_unset;

	if (value != UNSET || if_unset == UNSET)
		return value;
	return rule->value[section_of(id)] == UNSET ? UNSET : if_unset;
}

bool rule_has(const struct rule *rule, enum rule_option id)
{
	const int64_t value = rule_value(rule, id);

	return value != UNSET && value != 0;
}
