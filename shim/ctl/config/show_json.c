/* SPDX-License-Identifier: MIT
 * A rule as JSON; values are written as in the configuration. `origins` has
 * the place of each by its path, null where it is a default.
 */
#include <stdio.h>

#include "json.h"
#include "core/policy_text.h"
#include "show.h"

static void json_field(const struct rule *rule, enum rule_option id)
{
	char text[VALUE_MAX];

	if (rule_options[id].kind != OPTION_COUNT &&
	    rule_options[id].kind != OPTION_NUMBER)
		json_pair(stdout, rule_options[id].name,
			  show_value(rule, id, text));
	else
		printf("\"%s\":%s", rule_options[id].name,
		       show_value(rule, id, text));
}

static void json_section(const struct rule *rule, enum rule_option section)
{
	const char *comma = "";

	printf("\"%s\":{", rule_options[section].name);
	for (enum rule_option id = 0; id < RULE_OPTIONS; id++) {
		if (!show_has(rule, id, rule_options[section].name))
			continue;
		fputs(comma, stdout);
		json_field(rule, id);
		comma = ",";
	}
	putchar('}');
}

void show_fields_json(const struct rule *rule)
{
	for (enum rule_option id = 0; id < RULE_OPTIONS; id++) {
		if (!show_has(rule, id, ""))
			continue;
		putchar(',');
		if (rule_options[id].kind == OPTION_SECTION)
			json_section(rule, id);
		else
			json_field(rule, id);
	}
}

void show_programs_json(const struct glob_list *list)
{
	putchar('[');
	for (unsigned i = 0; i < list->count; i++) {
		fputs(i ? "," : "", stdout);
		json_string(stdout, list->of[i]);
	}
	putchar(']');
}

void show_prefixes_json(const struct prefix_list *list)
{
	char text[64];

	putchar('[');
	for (unsigned i = 0; i < list->count; i++) {
		prefix_write(&list->of[i], text);
		printf("%s\"%s\"", i ? "," : "", text);
	}
	putchar(']');
}

void show_place_json(struct location place)
{
	if (place.file)
		json_pair(stdout, "file", place.file);
	else
		fputs("\"file\":null", stdout);
	if (place.line)
		printf(",\"line\":%u", place.line);
	else
		fputs(",\"line\":null", stdout);
}

void show_origin_json(const char *name, struct location origin)
{
	printf("\"%s\":", name);
	if (!origin.file) {
		fputs("null", stdout);
		return;
	}
	putchar('{');
	show_place_json(origin);
	putchar('}');
}

static void json_origins(const struct rule *rule, const struct origin *origin)
{
	char path[64];

	show_origin_json("program", origin->program);
	putchar(',');
	show_origin_json("direction", origin->direction);
	putchar(',');
	show_origin_json("local", origin->local);
	putchar(',');
	show_origin_json("peer", origin->peer);
	for (enum rule_option id = 0; id < RULE_OPTIONS; id++) {
		if (rule_options[id].kind == OPTION_SECTION ||
		    rule_value(rule, id) == UNSET)
			continue;
		rule_option_path(&rule_options[id], path);
		putchar(',');
		show_origin_json(path, origin->value[id]);
	}
}

void show_json(const struct config *config, unsigned number)
{
	const struct rule *rule = &config->policy.rule[number];
	char text[VALUE_MAX], place[SHOW_PLACE_MAX];

	putchar('{');
	json_pair(stdout, "name", rule->name);
	putchar(',');
	json_pair(stdout, "from", show_place(config->place[number], place));
	putchar(',');
	show_place_json(config->place[number]);
	fputs(",\"program\":", stdout);
	show_programs_json(&rule->program);
	putchar(',');
	json_pair(stdout, "direction",
		  show_word(direction_words, (int)rule->direction, text));
	fputs(",\"local\":", stdout);
	show_prefixes_json(&rule->local);
	fputs(",\"peer\":", stdout);
	show_prefixes_json(&rule->peer);
	show_fields_json(rule);
	fputs(",\"origins\":{", stdout);
	json_origins(rule, &config->origin[number]);
	fputs("}}", stdout);
}
