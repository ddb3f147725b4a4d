/* SPDX-License-Identifier: MIT
 * A rule as configuration text one could paste, the place of each value in a
 * comment behind it.
 */
#include <stdio.h>
#include <string.h>

#include "core/policy_text.h"
#include "show.h"

#define ORIGIN_COLUMN 48

/* Behind `width` columns of a line. */
static void print_origin(int width, struct location place)
{
	char text[SHOW_PLACE_MAX];
	const int gap = width < ORIGIN_COLUMN ? ORIGIN_COLUMN - width : 1;

	printf("%*s# %s\n", gap, "", show_place(place, text));
}

/* What is printed gives the columns it takes. */
static int print_quoted(const char *quoted)
{
	int width = printf("\"");

	for (; *quoted; quoted++)
		width += printf(strchr("\"\\", *quoted) ? "\\%c" : "%c",
				*quoted);
	return width + printf("\"");
}

static void print_programs(const struct glob_list *list, struct location origin)
{
	int width = 8;

	if (!list->count)
		return;
	putchar('\t');
	for (unsigned i = 0; i < list->count; i++) {
		width += printf(i ? ", " : "program = {");
		width += print_quoted(list->of[i]);
	}
	print_origin(width + printf("}"), origin);
}

static void print_prefixes(const char *name, const struct prefix_list *list,
			   struct location origin)
{
	char text[64];
	int width = 8;

	if (!list->count)
		return;
	width += printf("\t%s = {", name) - 1;
	for (unsigned i = 0; i < list->count; i++) {
		prefix_write(&list->of[i], text);
		width += printf("%s\"%s\"", i ? ", " : "", text);
	}
	print_origin(width + printf("}"), origin);
}

/* `depth` is how far it stands to the right. */
static void print_field(const struct rule *rule, enum rule_option id,
			struct location origin, int depth)
{
	char text[VALUE_MAX];
	int width = 8 * depth;

	printf("%.*s", depth, "\t\t");
	width += printf("%s = ", rule_options[id].name);
	show_value(rule, id, text);
	if (rule_options[id].kind == OPTION_TEXT)
		width += print_quoted(text);
	else
		width += printf("%s", text);
	print_origin(width, origin);
}

static void print_section(const struct rule *rule, const struct origin *origin,
			  enum rule_option section)
{
	printf("\t%s {\n", rule_options[section].name);
	for (enum rule_option id = 0; id < RULE_OPTIONS; id++)
		if (show_has(rule, id, rule_options[section].name))
			print_field(rule, id, origin->value[id], 2);
	puts("\t}");
}

static void print_fields(const struct rule *rule, const struct origin *origin)
{
	for (enum rule_option id = 0; id < RULE_OPTIONS; id++) {
		if (!show_has(rule, id, ""))
			continue;
		if (rule_options[id].kind == OPTION_SECTION)
			print_section(rule, origin, id);
		else
			print_field(rule, id, origin->value[id], 1);
	}
}

void show_word_text(const char *name, const char *words, int index,
		    struct location origin)
{
	const int tab = *name == '\t' ? 7 : 0;
	char text[VALUE_MAX];

	print_origin(
		tab + printf("%s = %s", name, show_word(words, index, text)),
		origin);
}

void show_text(const struct config *config, unsigned number)
{
	const struct rule *rule = &config->policy.rule[number];
	const struct origin *origin = &config->origin[number];
	char place[SHOW_PLACE_MAX];

	printf("\n# %s\nrule ", show_place(config->place[number], place));
	print_quoted(rule->name);
	puts(" {");
	print_programs(&rule->program, origin->program);
	if (rule->direction != DIRECTION_ANY)
		show_word_text("\tdirection", direction_words,
			       (int)rule->direction, origin->direction);
	print_prefixes("local", &rule->local, origin->local);
	print_prefixes("peer", &rule->peer, origin->peer);
	print_fields(rule, origin);
	puts("}");
}
