/* SPDX-License-Identifier: MIT
 * What is allowed in a configuration and still hardly meant. A rule is only
 * said to be shadowed where that can be proved, by policy.c's own matching.
 */
#include <string.h>

#include "keyword.h"
#include "lint.h"

struct subject {
	const struct config *config;
	unsigned number; /* of the rule looked at */
	struct config_errors *complaint;
};

static const struct rule *rule_of(const struct subject *s)
{
	return &s->config->policy.rule[s->number];
}

static void warn_of(const struct subject *s, enum rule_option id,
		    const char *why)
{
	const struct rule *rule = rule_of(s);
	struct location place = s->config->origin[s->number].value[id];
	char path[64], value[32];
	struct strbuf text = strbuf_over(value, sizeof value);

	if (!place.file)
		place = s->config->place[s->number];
	rule_option_path(&rule_options[id], path);
	field_write(&rule_options[id], rule_value(rule, id), &text);
	config_error(s->complaint, place, "warning: rule \"%s\": %s = %s: %s",
		     rule->name, path, value, why);
}

/* ---- shadowed */

static bool is_literal(const char *glob)
{
	return !strpbrk(glob, "*?[");
}

/* Does `wide` mean every program that `narrow` means? */
static bool glob_covers(const char *wide, const char *narrow)
{
	if (!strcmp(wide, narrow) || !strcmp(wide, "*"))
		return true;
	if (!is_literal(narrow) || !strchr(wide, '/') != !strchr(narrow, '/'))
		return false;
	return glob_matches(wide, narrow);
}

static bool some_glob_covers(const struct glob_list *wide, const char *narrow)
{
	for (unsigned i = 0; i < wide->count; i++)
		if (glob_covers(wide->of[i], narrow))
			return true;
	return false;
}

static bool programs_cover(const struct glob_list *wide,
			   const struct glob_list *narrow)
{
	if (!wide->count || some_glob_covers(wide, "*"))
		return true;
	for (unsigned i = 0; i < narrow->count; i++)
		if (!some_glob_covers(wide, narrow->of[i]))
			return false;
	return narrow->count;
}

static bool has_every_port(const struct prefix *p)
{
	return !p->port_first && p->port_last == UINT16_MAX;
}

/* The first address of `narrow` matches `wide`, and that is no longer. */
static bool addresses_cover(const struct prefix *wide,
			    const struct prefix *narrow)
{
	struct prefix addresses = *wide;
	struct rule rule = {.local = {1, &addresses}};
	struct endpoint first = {.known = true};
	struct match_key moment = {.local = &first};

	addresses.port_first = 0;
	addresses.port_last = UINT16_MAX;
	if (wide->any || narrow->any)
		return wide->any;
	memcpy(first.addr, narrow->addr, sizeof first.addr);
	if (wide->bits == narrow->bits &&
	    !memcmp(wide->addr, narrow->addr, sizeof wide->addr))
		return true;
	return wide->bits < narrow->bits &&
	       rule_match(&rule, &moment) == MATCH_YES;
}

static bool prefix_covers(const struct prefix *wide,
			  const struct prefix *narrow)
{
	return wide->port_first <= narrow->port_first &&
	       narrow->port_last <= wide->port_last &&
	       addresses_cover(wide, narrow);
}

static bool some_prefix_covers(const struct prefix_list *wide,
			       const struct prefix *narrow)
{
	for (unsigned i = 0; i < wide->count; i++)
		if (prefix_covers(&wide->of[i], narrow))
			return true;
	return false;
}

static bool prefixes_cover(const struct prefix_list *wide,
			   const struct prefix_list *narrow)
{
	for (unsigned i = 0; i < wide->count; i++)
		if (wide->of[i].any && has_every_port(&wide->of[i]))
			return true;
	for (unsigned i = 0; i < narrow->count; i++)
		if (wide->count && !some_prefix_covers(wide, &narrow->of[i]))
			return false;
	return !wide->count || narrow->count;
}

static bool rule_covers(const struct rule *wide, const struct rule *narrow)
{
	if (wide->direction != DIRECTION_ANY &&
	    wide->direction != narrow->direction)
		return false;
	return programs_cover(&wide->program, &narrow->program) &&
	       prefixes_cover(&wide->local, &narrow->local) &&
	       prefixes_cover(&wide->peer, &narrow->peer);
}

static void warn_if_shadowed(const struct subject *s)
{
	const struct config *config = s->config;
	const struct rule *rules = config->policy.rule;

	for (unsigned i = 0; i < s->number; i++) {
		if (!rule_covers(&rules[i], rule_of(s)))
			continue;
		config_error(
			s->complaint, config->place[s->number],
			"warning: rule \"%s\" can never match: rule \"%s\" "
			"at %s:%u matches first",
			rule_of(s)->name, rules[i].name, config->place[i].file,
			config->place[i].line);
		return;
	}
}

/* ---- dangerous */

#define ANY_BUT_OFF INT64_C(-3)
#define NAME_PROGRAMS ": want program = {...} in this rule"

/* What is for programs one knows, and not for whatever runs. */
static const struct {
	enum rule_option id;
	int64_t value;
	const char *why;
} for_known_programs[] = {
	{EPHEMERAL_PORT, YES,
	 "it moves the source port of every program, also of those that need "
	 "it" NAME_PROGRAMS},
	{EOF_ANSWER, ANSWER_RESET,
	 "it fails the reads of every program that reads on after the "
	 "end" NAME_PROGRAMS},
	{IDLE_TIMEOUT, ANY_BUT_OFF,
	 "it ends the silent connections of every program" NAME_PROGRAMS},
	{CLOSE_WAIT_HALF_CLOSE, HALF_CLOSE_IGNORE,
	 "it ends the half-closed connections of every program, also the "
	 "legal ones" NAME_PROGRAMS},
	{CLOSE_WAIT_RECLAIM, RECLAIM_YES,
	 "it closes descriptors of every program" NAME_PROGRAMS},
	{SUPERSEDE_WHEN, SUPERSEDE_ANY,
	 "in every program any newer connection ends an older "
	 "one" NAME_PROGRAMS},
};

static bool only_records(const struct subject *s, enum rule_option id)
{
	return rule_mode(&s->config->policy, rule_of(s)) != MODE_MEND ||
	       (id == IDLE_TIMEOUT &&
		rule_value(rule_of(s), IDLE_ACTION) == ACTION_LOG);
}

static void warn_for_every_program(const struct subject *s)
{
	const struct rule *rule = rule_of(s);

	if (rule->program.count)
		return;
	for (size_t i = 0;
	     i < sizeof for_known_programs / sizeof *for_known_programs; i++) {
		const enum rule_option id = for_known_programs[i].id;
		const int64_t value = for_known_programs[i].value;
		const bool is_so = value == ANY_BUT_OFF
					   ? rule_has(rule, id)
					   : rule_value(rule, id) == value;

		if (is_so && !only_records(s, id) &&
		    (id != EPHEMERAL_PORT ||
		     rule->direction != DIRECTION_ACCEPT))
			warn_of(s, id, for_known_programs[i].why);
	}
}

/* Their servers refuse, or never reach, clients without such a port. */
static const char *const need_their_port[] = {
	"rsh",	     "rlogin",	   "rcp",	 "rdist",	"lpr",
	"mount.nfs", "mount.nfs4", "umount.nfs", "umount.nfs4", "ypbind",
	"in.ftpd",   "vsftpd",	   "proftpd",	 "pure-ftpd",
};

static const char *needs_its_port(const struct rule *rule)
{
	for (size_t i = 0; i < sizeof need_their_port / sizeof *need_their_port;
	     i++)
		for (unsigned g = 0; g < rule->program.count; g++) {
			const char *glob = rule->program.of[g];
			const char *base = strrchr(glob, '/');

			if (glob_matches(base ? base + 1 : glob,
					 need_their_port[i]))
				return need_their_port[i];
		}
	return NULL;
}

static bool names_privileged_port(const struct rule *rule)
{
	for (unsigned i = 0; i < rule->local.count; i++)
		if (rule->local.of[i].port_first &&
		    rule->local.of[i].port_first < 1024)
			return true;
	return false;
}

static void warn_of_moved_port(const struct subject *s)
{
	const struct rule *rule = rule_of(s);
	const char *name = needs_its_port(rule);
	char why[128];
	struct strbuf text = strbuf_over(why, sizeof why);

	if (!rule_has(rule, EPHEMERAL_PORT) ||
	    rule->direction == DIRECTION_ACCEPT)
		return;
	if (names_privileged_port(rule))
		warn_of(s, EPHEMERAL_PORT,
			"a client that binds a port under 1024 needs that "
			"port: its server looks at it");
	if (!name)
		return;
	strbuf_add(&text, "the servers of ");
	strbuf_add(&text, name);
	strbuf_add(&text, " want its source port to be the one it binds");
	warn_of(s, EPHEMERAL_PORT, why);
}

static void warn_of_early_end(const struct subject *s)
{
	const struct rule *rule = rule_of(s);
	const int64_t *value = rule->value;
	const int64_t end = value[KEEPALIVE_IDLE] +
			    value[KEEPALIVE_INTERVAL] * value[KEEPALIVE_PROBES];
	char why[128];
	struct strbuf text = strbuf_over(why, sizeof why);

	if (!rule_has(rule, KEEPALIVE_IDLE) ||
	    !rule_has(rule, KEEPALIVE_INTERVAL) ||
	    !rule_has(rule, KEEPALIVE_PROBES) || value[USER_TIMEOUT] <= 0 ||
	    value[USER_TIMEOUT] >= end)
		return;
	strbuf_add(&text, "it ends a connection before its probes are over, "
			  "which takes ");
	strbuf_add_duration(&text, end);
	strbuf_add(&text, " (idle + interval * probes)");
	warn_of(s, USER_TIMEOUT, why);
}

/* ---- without effect, or with one that was not asked for */

static bool is_written_on(const struct rule *rule, enum rule_option id)
{
	const int64_t value = rule->value[id];

	if (id == SELF_CONNECT)
		return value == SELF_CONNECT_REFUSE;
	return value != UNSET && (value || id > SET);
}

static void warn_of_direction(const struct subject *s)
{
	const enum direction direction = rule_of(s)->direction;

	for (enum rule_option id = 0; id < RULE_OPTIONS; id++) {
		const enum direction only = option_direction(id);

		if (id == SUPERSEDE || direction == DIRECTION_ANY ||
		    only == DIRECTION_ANY || only == direction ||
		    !is_written_on(rule_of(s), id))
			continue;
		warn_of(s, id,
			only == DIRECTION_CONNECT
				? "no effect: it is for direction = connect"
				: "no effect: it is for direction = accept");
	}
}

/* How long the kernel tries to connect: each SYN waits twice as long as the one
 * before it (tcp_syn_retries, TCP_SYNCNT). */
static int64_t kernel_connect_bound(const struct rule *rule)
{
	const int64_t set = rule->value[SET_TCP_SYNCNT];
	const int64_t retries = set == UNSET ? 6 : set < 20 ? set : 20;

	return ((INT64_C(2) << retries) - 1) * SECOND;
}

/* What is known of it: 0 where the program's own values are in it. */
static int64_t user_timeout(const struct rule *rule)
{
	const int64_t *value = rule->value;

	if (value[SET_TCP_USER_TIMEOUT] > 0)
		return value[SET_TCP_USER_TIMEOUT];
	if (rule_value(rule, USER_TIMEOUT) != AUTO)
		return rule_value(rule, USER_TIMEOUT);
	if (!rule_has(rule, KEEPALIVE_IDLE) ||
	    !rule_has(rule, KEEPALIVE_INTERVAL) ||
	    !rule_has(rule, KEEPALIVE_PROBES))
		return 0;
	return value[KEEPALIVE_IDLE] +
	       value[KEEPALIVE_INTERVAL] * value[KEEPALIVE_PROBES];
}

static void warn_of_connect(const struct subject *s)
{
	const struct rule *rule = rule_of(s);
	const int64_t bound = kernel_connect_bound(rule);
	const int64_t timeout = user_timeout(rule);
	char why[160];
	struct strbuf text = strbuf_over(why, sizeof why);

	if (rule->direction == DIRECTION_ACCEPT)
		return;
	if (rule->value[CONNECT_TIMEOUT] >= bound) {
		strbuf_add(&text,
			   "no effect: the kernel gives up after about ");
		strbuf_add_duration(&text, bound);
		warn_of(s, CONNECT_TIMEOUT, why);
	}
	if (timeout <= 0 || timeout >= bound)
		return;
	text = strbuf_over(why, sizeof why);
	strbuf_add(&text, "it also ends a connect() after ");
	strbuf_add_duration(&text, timeout);
	strbuf_add(&text, ", and a live peer with a shut window: ack_timeout "
			  "does neither");
	warn_of(s,
		rule->value[SET_TCP_USER_TIMEOUT] > 0 ? SET_TCP_USER_TIMEOUT
						      : USER_TIMEOUT,
		why);
}

static void warn_of_linger(const struct subject *s)
{
	if (!rule_of(s)->value[SET_SO_LINGER] &&
	    !only_records(s, SET_SO_LINGER))
		warn_of(s, SET_SO_LINGER,
			"every close resets the connection and discards what "
			"the peer has not got yet");
}

static void warn_of_host_bits(const struct subject *s)
{
	const struct origin *origin = &s->config->origin[s->number];

	if (origin->host_bits)
		config_error(
			s->complaint, origin->host_bits_at,
			"warning: rule \"%s\": %.80s: the address has bits "
			"beyond its prefix length, which are ignored",
			rule_of(s)->name, origin->host_bits);
}

void warn(const struct config *config, struct config_errors *c)
{
	struct subject s = {config, 0, c};

	for (; s.number < config->policy.count; s.number++) {
		warn_if_shadowed(&s);
		warn_for_every_program(&s);
		warn_of_moved_port(&s);
		warn_of_early_end(&s);
		warn_of_connect(&s);
		warn_of_linger(&s);
		warn_of_direction(&s);
		warn_of_host_bits(&s);
	}
}
