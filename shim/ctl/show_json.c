/* SPDX-License-Identifier: MIT
 * A rule as JSON; values are written as in the configuration.
 */
#include <stdio.h>

#include "json.h"
#include "policy_text.h"
#include "show.h"

static void json_field(const struct rule *rule, enum field_id id)
{
	char text[VALUE_MAX];

	if (fields[id].kind != FIELD_COUNT && fields[id].kind != FIELD_NUMBER)
		json_pair(stdout, fields[id].name, show_value(rule, id, text));
	else
		printf("\"%s\":%s", fields[id].name, show_value(rule, id, text));
}

static void json_section(const struct rule *rule, enum field_id section)
{
	const char *comma = "";

	printf("\"%s\":{", fields[section].name);
	for (enum field_id id = 0; id < FIELD_COUNT_OF; id++) {
		if (!show_has(rule, id, fields[section].name))
			continue;
		fputs(comma, stdout);
		json_field(rule, id);
		comma = ",";
	}
	putchar('}');
}

static void json_fields(const struct rule *rule)
{
	for (enum field_id id = 0; id < FIELD_COUNT_OF; id++) {
		if (!show_has(rule, id, ""))
			continue;
		putchar(',');
		if (fields[id].kind == FIELD_SECTION)
			json_section(rule, id);
		else
			json_field(rule, id);
	}
}

static void json_programs(const struct glob_list *list)
{
	fputs(",\"program\":[", stdout);
	for (unsigned i = 0; i < list->count; i++) {
		fputs(i ? "," : "", stdout);
		json_string(stdout, list->of[i]);
	}
	putchar(']');
}

static void json_prefixes(const char *name, const struct prefix_list *list)
{
	char text[64];

	printf(",\"%s\":[", name);
	for (unsigned i = 0; i < list->count; i++) {
		prefix_write(&list->of[i], text);
		printf("%s\"%s\"", i ? "," : "", text);
	}
	putchar(']');
}

void show_json(const struct rule *rule, const char *from)
{
	char text[VALUE_MAX];

	putchar('{');
	json_pair(stdout, "name", rule->name);
	putchar(',');
	json_pair(stdout, "from", from);
	json_programs(&rule->program);
	putchar(',');
	json_pair(stdout, "direction",
		  show_word(direction_words, (int)rule->direction, text));
	json_prefixes("local", &rule->local);
	json_prefixes("peer", &rule->peer);
	json_fields(rule);
	putchar('}');
}
