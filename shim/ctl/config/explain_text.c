/* SPDX-License-Identifier: MIT
 * An explanation for people: a line for each rule up to the one that governs,
 * then what that one does.
 */
#include <stdio.h>
#include <string.h>

#include "explain.h"
#include "keyword.h"
#include "core/policy_text.h"
#include "show.h"

static void add_globs(struct strbuf *out, const struct glob_list *list)
{
	for (unsigned i = 0; i < list->count; i++) {
		strbuf_add(out, i ? ", \"" : "\"");
		strbuf_add_printable(out, list->of[i], strlen(list->of[i]));
		strbuf_add_char(out, '"');
	}
}

static void add_prefixes(struct strbuf *out, const struct prefix_list *list)
{
	char one[64];

	for (unsigned i = 0; i < list->count; i++) {
		prefix_write(&list->of[i], one);
		strbuf_add(out, i ? ", \"" : "\"");
		strbuf_add(out, one);
		strbuf_add_char(out, '"');
	}
}

void explain_part(const struct rule *rule, enum part part, struct strbuf *out)
{
	if (part == PART_DIRECTION) {
		word_write(direction_words, (int)rule->direction, out);
		return;
	}
	strbuf_add_char(out, '{');
	if (part == PART_PROGRAM)
		add_globs(out, &rule->program);
	else
		add_prefixes(out,
			     part == PART_LOCAL ? &rule->local : &rule->peer);
	strbuf_add_char(out, '}');
}

static void print_line(const struct config *config, unsigned number,
		       const char *verdict)
{
	char place[SHOW_PLACE_MAX], name[RULE_NAME_MAX + 1];
	struct strbuf text = strbuf_over(name, sizeof name);

	strbuf_add_printable(&text, config->policy.rule[number].name,
			     RULE_NAME_MAX);
	printf("%s: rule \"%s\" %s", show_place(config->place[number], place),
	       name, verdict);
}

static void print_verdict(const struct config *config, unsigned number,
			  const struct question *q)
{
	const struct rule *rule = &config->policy.rule[number];
	const struct verdict v = judge(rule, q);
	char wants[1024];
	struct strbuf text = strbuf_over(wants, sizeof wants);
	const char *verdict =
		v.match == MATCH_NO ? "does not match" : "may match";

	/* A socket has no address of its own at connect() but this. */
	if (v.match == MATCH_MAYBE && v.part == PART_LOCAL &&
	    q->moment.direction == DIRECTION_CONNECT)
		verdict = "matches if the program binds there first";
	explain_part(rule, v.part, &text);
	print_line(config, number, verdict);
	printf(": %s = %s, ", part_names[v.part], wants);
	if (q->text[v.part])
		printf("asked %s\n", q->text[v.part]);
	else
		printf("and the %s is not known\n", part_names[v.part]);
}

static const char *effect(enum rule_option id, enum direction direction)
{
	const enum direction only = option_direction(id);

	if (only == DIRECTION_ANY || only == direction)
		return rule_option_help[id];
	return only == DIRECTION_CONNECT ? "nothing here: it is for connect"
					 : "nothing here: it is for accept";
}

static void print_effect(const struct rule *rule, enum rule_option id,
			 enum direction direction)
{
	char path[64], value[VALUE_MAX], both[128];

	rule_option_path(&rule_options[id], path);
	snprintf(both, sizeof both, "%s = %s", path,
		 show_value(rule, id, value));
	printf("  %-30s  %s\n", both, effect(id, direction));
}

static void print_effects(const struct config *config, const struct rule *rule,
			  enum direction direction)
{
	unsigned count = 0;

	if (rule_mode(&config->policy, rule) == MODE_OBSERVE)
		puts("  mode = observe: all this is recorded and not done");
	if (rule_mode(&config->policy, rule) == MODE_OFF)
		puts("  mode = off: nothing of this is done");
	for (enum rule_option id = 0; id < RULE_OPTIONS; id++) {
		const bool is_section = rule_options[id].kind == OPTION_SECTION;

		if (rule_value(rule, id) == UNSET ||
		    (is_section && id != KEEPALIVE))
			continue;
		count++;
		if (is_section)
			printf("  %-30s  %s\n", "keepalive",
			       rule_option_help[id]);
		else
			print_effect(rule, id, direction);
	}
	if (!count)
		puts("  it changes nothing");
}

void explain_text(const struct config *config, const struct question *question)
{
	bool unsure;
	const unsigned count = config->policy.count;
	const unsigned sure = judge_all(&config->policy, question, &unsure);

	for (unsigned i = 0; i < sure; i++)
		print_verdict(config, i, question);
	if (sure == count) {
		puts(unsure ? "no other rule matches: else it is left alone"
			    : "no rule matches: it is left alone");
		return;
	}
	print_line(config, sure,
		   unsure ? "governs it, unless one above does:\n"
			  : "governs it:\n");
	print_effects(config, &config->policy.rule[sure],
		      question->moment.direction);
}
