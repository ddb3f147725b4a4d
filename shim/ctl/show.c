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
#include "option.h"
#include "paths.h"
#include "show.h"

const char *show_word(const char *words, int index, char out[VALUE_MAX])
{
	struct text text = text_over(out, VALUE_MAX);

	word_write(words, index, &text);
	return out;
}

const char *show_value(const struct rule *rule, enum field_id id,
		       char out[VALUE_MAX])
{
	struct text text = text_over(out, VALUE_MAX);

	field_write(&fields[id], rule_value(rule, id), &text);
	return out;
}

bool show_has(const struct rule *rule, enum field_id id, const char *section)
{
	return !strcmp(fields[id].section, section) &&
	       rule_value(rule, id) != UNSET;
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
		(json ? show_json : show_text)(rule, from);
		comma = ",";
	}
}

static void print_config(struct config *config, const struct program *program,
			 bool json)
{
	char mode[VALUE_MAX], log[VALUE_MAX];

	printf(json ? "{\"mode\":\"%s\",\"log\":\"%s\",\"rules\":["
		    : "mode = %s\nlog = %s\n",
	       show_word(mode_words, (int)config->policy.mode, mode),
	       show_word(log_words, (int)config->policy.log, log));
	print_rules(config, program, json);
	fputs(json ? "]}\n" : "", stdout);
}

static int show(const struct choice *choice, char *name, bool json)
{
	struct complaint complaint = {0};
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
