/* SPDX-License-Identifier: MIT
 * sockmendctl show: the rules in effect as configuration text one could
 * paste, what a section means by default spelt out, and where each came from.
 */
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "choice.h"
#include "ctl.h"
#include "json.h"
#include "option.h"
#include "paths.h"
#include "policy_text.h"

static const char *word(const char *words, int index, char out[32])
{
	struct text text = text_over(out, 32);

	word_write(words, index, &text);
	return out;
}

static const char *value(const struct rule *rule, enum field_id id,
			 char out[32])
{
	struct text text = text_over(out, 32);

	field_write(&fields[id], rule_value(rule, id), &text);
	return out;
}

static bool stands_in(enum field_id id, const char *section)
{
	return !strcmp(fields[id].section, section);
}

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

static void print_section(const struct rule *rule, enum field_id section)
{
	char text[32];

	printf("\t%s {\n", fields[section].name);
	for (enum field_id id = 0; id < FIELD_COUNT_OF; id++)
		if (stands_in(id, fields[section].name) &&
		    rule_value(rule, id) != UNSET)
			printf("\t\t%s = %s\n", fields[id].name,
			       value(rule, id, text));
	puts("\t}");
}

static void print_fields(const struct rule *rule)
{
	char text[32];

	for (enum field_id id = 0; id < FIELD_COUNT_OF; id++) {
		if (!stands_in(id, "") || rule->value[id] == UNSET)
			continue;
		if (fields[id].kind == FIELD_SECTION)
			print_section(rule, id);
		else
			printf("\t%s = %s\n", fields[id].name,
			       value(rule, id, text));
	}
}

static void print_rule(const struct rule *rule, const char *from)
{
	char text[32];

	printf("\n# %s\nrule ", from);
	print_quoted(rule->name);
	puts(" {");
	print_programs(&rule->program);
	if (rule->direction != DIRECTION_ANY)
		printf("\tdirection = %s\n",
		       word(direction_words, (int)rule->direction, text));
	print_prefixes("local", &rule->local);
	print_prefixes("peer", &rule->peer);
	print_fields(rule);
	puts("}");
}

static void json_field(const struct rule *rule, enum field_id id)
{
	char text[32];

	if (fields[id].kind != FIELD_COUNT)
		json_pair(stdout, fields[id].name, value(rule, id, text));
	else
		printf("\"%s\":%s", fields[id].name, value(rule, id, text));
}

static void json_section(const struct rule *rule, enum field_id section)
{
	const char *comma = "";

	printf("\"%s\":{", fields[section].name);
	for (enum field_id id = 0; id < FIELD_COUNT_OF; id++) {
		if (!stands_in(id, fields[section].name) ||
		    rule_value(rule, id) == UNSET)
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
		if (!stands_in(id, "") || rule->value[id] == UNSET)
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

static void json_rule(const struct rule *rule, const char *from)
{
	char text[32];

	putchar('{');
	json_pair(stdout, "name", rule->name);
	putchar(',');
	json_pair(stdout, "from", from);
	json_programs(&rule->program);
	putchar(',');
	json_pair(stdout, "direction",
		  word(direction_words, (int)rule->direction, text));
	json_prefixes("local", &rule->local);
	json_prefixes("peer", &rule->peer);
	json_fields(rule);
	putchar('}');
}

/* The program as the library will see it, as far as one can tell before. */
static struct program look_up(char *name, struct pool *pool)
{
	char path[PATH_MAX] = "", exe[PATH_MAX] = "";
	struct program program;

	if (program_path(name, path) || !realpath(path, exe))
		snprintf(path, sizeof path, "%s", strchr(name, '/') ? name : "");
	program.invoked = pool_copy(pool, path, strlen(path));
	program.exe = pool_copy(pool, exe, strlen(exe));
	program.name = basename(pool_copy(pool, name, strlen(name)));
	return program;
}

static void print_rules(struct config *config, const struct program *program,
			bool json)
{
	const char *comma = "";

	for (unsigned i = 0; i < config->policy.count; i++) {
		const struct rule *rule = &config->policy.rule[i];
		const char *from =
			place_print(config->place[i], &config->pool);

		if (program && !rule_means_program(rule, program))
			continue;
		fputs(json ? comma : "", stdout);
		(json ? json_rule : print_rule)(rule, from);
		comma = ",";
	}
}

static void print_config(struct config *config, const struct program *program,
			 bool json)
{
	char mode[32], log[32];

	printf(json ? "{\"mode\":\"%s\",\"log\":\"%s\",\"rules\":["
		    : "mode = %s\nlog = %s\n",
	       word(mode_words, (int)config->policy.mode, mode),
	       word(log_words, (int)config->policy.log, log));
	print_rules(config, program, json);
	fputs(json ? "]}\n" : "", stdout);
}

static int show(const struct choice *choice, char *name, bool json)
{
	struct complaint complaint = {""};
	struct config config;
	struct program program;
	bool well = config_gather(choice, NULL, &config, &complaint);

	if (well && name)
		program = look_up(name, &config.pool);
	if (well)
		print_config(&config, name ? &program : NULL, json);
	config_free(&config);
	return well ? EXIT_WELL : complaint_print(&complaint);
}

int show_main(int argc, char **argv)
{
	struct choice choice;
	bool json = false;
	int operand = choice_read(argc, argv, "c:p:r:", &choice, &json);
	int status = EXIT_USAGE;

	if (operand >= 0 && argc - operand <= 1)
		status = show(&choice, argv[operand], json);
	else if (operand >= 0)
		usage_error(argv[0]);
	free(choice.rule);
	return status;
}
