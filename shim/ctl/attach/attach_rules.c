/* SPDX-License-Identifier: MIT
 * The rules attach goes by, and what of them cannot be done from outside.
 */
#include "attach_rules.h"

#include <stdio.h>
#include <string.h>

#include "core/policy_text.h"
#include "settings_of.h"
#include "core/strbuf.h"

/* The rules are a profile's, but for those of -r. */
static bool are_shipped;

static void note_file(const char *file, unsigned rules)
{
	(void)rules;
	are_shipped |= !strcmp(file, BUILT_IN_SAFE);
}

static bool is_users(const struct rule *rule)
{
	return !are_shipped || !strncmp(rule->name, "-r ", 3);
}

const char *rules_compile(const struct config_args *choice)
{
	static char text[POLICY_TEXT_MAX + 1];
	struct config_errors complaint = {0};
	struct config config;
	size_t len;
	const bool well =
		config_gather(choice, note_file, &config, &complaint) &&
		config_compile(&config, text, &len, &complaint);

	are_shipped |= choice->profile != NULL;
	config_free(&config);
	if (well)
		return text;
	config_error_print(&complaint);
	return NULL;
}

bool rules_choose(struct attach *a, const char *text)
{
	struct process *p = &a->program;
	const struct program program = {p->name, p->invoked, p->exe};
	struct arena arena = {.size = policy_arena_size(strlen(text))};
	const char *wrong;

	arena.base = pool_take(&a->pool, arena.size);
	wrong = policy_read(text, strlen(text), &program, &arena, &p->policy);
	if (wrong)
		fprintf(stderr, "sockmendctl: the rules: %s\n", wrong);
	a->observe |= p->policy.mode == MODE_OBSERVE;
	return !wrong;
}

static int64_t shortest_of(const struct rule *rule)
{
	static const enum rule_option times[] = {
		IDLE_TIMEOUT, IDLE_ESCALATE, CLOSE_WAIT_AFTER, SUPERSEDE_AFTER};
	int64_t shortest = INT64_MAX;

	for (size_t i = 0; i < sizeof times / sizeof *times; i++)
		if (rule_has(rule, times[i]) &&
		    rule_value(rule, times[i]) < shortest)
			shortest = rule_value(rule, times[i]);
	return shortest;
}

int64_t rules_shortest(const struct attach *a)
{
	int64_t shortest = INT64_MAX;

	for (unsigned i = 0; i < a->program.policy.count; i++) {
		const int64_t of = shortest_of(&a->program.policy.rule[i]);

		if (of < shortest)
			shortest = of;
	}
	return shortest;
}

/* What happens inside a call of the program, or before one we only see the
 * outcome of. `value` UNSET: whenever the option is on. */
static const struct {
	enum rule_option id;
	int64_t value;
	bool by_watching; /* it can be done, in more than one look */
} beyond[] = {
	{EPHEMERAL_PORT, YES, false},
	{REUSE_ADDRESS, YES, false},
	{EOF_MEND, UNSET, false},
	{SELF_CONNECT, SELF_CONNECT_REFUSE, false},
	{ERRORS, ERRORS_EOF, false},
	{ACK_TIMEOUT, UNSET, false},
	{CONNECT_TIMEOUT, UNSET, false},
	{DEAD_AFTER, UNSET, false},
	{CLOSE_WAIT_RECLAIM, RECLAIM_PRESSURE, false},
	{CLOSE_WAIT_RECLAIM, RECLAIM_YES, false},
	{IDLE_ESCALATE, UNSET, true},
	{SUPERSEDE_AFTER, UNSET, true},
};

#define BEYOND (sizeof beyond / sizeof *beyond)

static bool asks(const struct rule *rule, enum rule_option id, int64_t value)
{
	if (value == UNSET)
		return rule_has(rule, id);
	return rule->value[id] == value;
}

static void add_name(struct strbuf *list, enum rule_option id)
{
	char name[64];

	rule_option_path(&rule_options[id], name);
	if (list->at != list->start)
		strbuf_add(list, ", ");
	strbuf_add(list, name);
}

static void say(const struct rule *rule, const char *why, const char *list)
{
	if (*list)
		fprintf(stderr, "sockmendctl: rule %s: %s: %s\n", rule->name,
			why, list);
}

static void note_rule(const struct rule *rule, bool watch)
{
	char never[1024], once[128];
	struct strbuf n = strbuf_over(never, sizeof never);
	struct strbuf o = strbuf_over(once, sizeof once);

	for (size_t i = 0; i < BEYOND; i++)
		if (asks(rule, beyond[i].id, beyond[i].value))
			add_name(beyond[i].by_watching ? &o : &n, beyond[i].id);
	for (unsigned i = 0; i < sockopt_count; i++)
		if (sockopt_is_asked(rule, &sockopts[i]) &&
		    !sockopt_reaches(&sockopts[i], true) &&
		    !sockopt_reaches(&sockopts[i], false))
			add_name(&n, sockopts[i].id);
	say(rule, "cannot be done from outside", never);
	if (!watch)
		say(rule, "only with --watch", once);
}

void rules_note(const struct attach *a)
{
	for (unsigned i = 0; i < a->program.policy.count; i++)
		if (is_users(&a->program.policy.rule[i]))
			note_rule(&a->program.policy.rule[i], a->watch);
}
