/* SPDX-License-Identifier: MIT
 * A rule as configuration text one could paste.
 */
#include <stdio.h>
#include <string.h>

#include "policy_text.h"
#include "show.h"

static void print_quoted(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		if (strchr("\"\\", *text))
			putchar('\\');
		putchar(*text);
	}
	putchar('"');
}

static void print_programs(const struct glob_list *list)
{
	if (!list->count)
		return;
	fputs("\tprogram = {", stdout);
	for (unsigned i = 0; i < list->count; i++) {
		fputs(i ? ", " : "", stdout);
		print_quoted(list->of[i]);
	}
	puts("}");
}

static void print_prefixes(const char *name, const struct prefix_list *list)
{
	char text[64];

	if (!list->count)
		return;
	printf("\t%s = {", name);
	for (unsigned i = 0; i < list->count; i++) {
		prefix_write(&list->of[i], text);
		printf("%s\"%s\"", i ? ", " : "", text);
	}
	puts("}");
}

static void print_field(const struct rule *rule, enum field_id id,
			const char *margin)
{
	char text[VALUE_MAX];

	printf("%s%s = ", margin, fields[id].name);
	show_value(rule, id, text);
	if (fields[id].kind == FIELD_TEXT)
		print_quoted(text);
	else
		fputs(text, stdout);
	putchar('\n');
}

static void print_section(const struct rule *rule, enum field_id section)
{
	printf("\t%s {\n", fields[section].name);
	for (enum field_id id = 0; id < FIELD_COUNT_OF; id++)
		if (show_has(rule, id, fields[section].name))
			print_field(rule, id, "\t\t");
	puts("\t}");
}

static void print_fields(const struct rule *rule)
{
	for (enum field_id id = 0; id < FIELD_COUNT_OF; id++) {
		if (!show_has(rule, id, ""))
			continue;
		if (fields[id].kind == FIELD_SECTION)
			print_section(rule, id);
		else
			print_field(rule, id, "\t");
	}
}

void show_text(const struct rule *rule, const char *from)
{
	char text[VALUE_MAX];

	printf("\n# %s\nrule ", from);
	print_quoted(rule->name);
	puts(" {");
	print_programs(&rule->program);
	if (rule->direction != DIRECTION_ANY)
		printf("\tdirection = %s\n",
		       show_word(direction_words, (int)rule->direction, text));
	print_prefixes("local", &rule->local);
	print_prefixes("peer", &rule->peer);
	print_fields(rule);
	puts("}");
}
