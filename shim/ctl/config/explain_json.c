/* SPDX-License-Identifier: MIT
 * An explanation for programs: one object.
 */
#include <stdio.h>

#include "explain.h"
#include "json.h"
#include "show.h"

static void print_asked(const char *name, const char *asked)
{
	putchar(',');
	if (asked)
		json_pair(stdout, name, asked);
	else
		printf("\"%s\":null", name);
}

static void print_reason(const struct rule *rule, struct verdict v,
			 const struct question *q)
{
	char wants[1024];
	struct strbuf text = strbuf_over(wants, sizeof wants);

	explain_part(rule, v.part, &text);
	print_asked("part", part_names[v.part]);
	print_asked("wants", wants);
	print_asked("asked", q->text[v.part]);
}

static void print_rule(const struct config *config, unsigned number,
		       const struct question *q)
{
	static const char *const words[] = {"no", "maybe", "yes"};
	const struct rule *rule = &config->policy.rule[number];
	const struct verdict v = judge(rule, q);

	putchar('{');
	json_pair(stdout, "name", rule->name);
	putchar(',');
	show_place_json(config->place[number]);
	print_asked("match", words[v.match]);
	if (v.match != MATCH_YES)
		print_reason(rule, v, q);
	putchar('}');
}

static void print_governing(const struct config *config, unsigned sure)
{
	const struct rule *rule = &config->policy.rule[sure];

	if (sure == config->policy.count) {
		fputs(",\"governs\":null}\n", stdout);
		return;
	}
	fputs(",\"governs\":{", stdout);
	json_pair(stdout, "name", rule->name);
	show_fields_json(rule);
	puts("}}");
}

void explain_json(const struct config *config, const struct question *question)
{
	bool unsure;
	const unsigned count = config->policy.count;
	const unsigned sure = judge_all(&config->policy, question, &unsure);
	char mode[VALUE_MAX];

	putchar('{');
	json_pair(stdout, "mode",
		  show_word(mode_words, (int)config->policy.mode, mode));
	for (enum part part = 0; part < PARTS; part++)
		print_asked(part_names[part], question->text[part]);
	fputs(",\"rules\":[", stdout);
	for (unsigned i = 0; i < count && i <= sure; i++) {
		fputs(i ? "," : "", stdout);
		print_rule(config, i, question);
	}
	printf("],\"sure\":%s", unsure ? "false" : "true");
	print_governing(config, sure);
}
