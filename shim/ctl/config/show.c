/* SPDX-License-Identifier: MIT
 * sockmendctl show: the rules in effect as configuration text one could
 * paste, what a section means by default spelt out, and where each value came
 * from.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_args.h"
#include "ctl.h"
#include "in_force.h"
#include "program_lookup.h"
#include "keyword.h"
#include "show.h"

const char *show_word(const char *words, int index, char out[VALUE_MAX])
{
	struct strbuf text = strbuf_over(out, VALUE_MAX);

	word_write(words, index, &text);
	return out;
}

const char *show_value(const struct rule *rule, enum rule_option id,
		       char out[VALUE_MAX])
{
	struct strbuf text = strbuf_over(out, VALUE_MAX);

	field_write(&rule_options[id], rule_value(rule, id), &text);
	return out;
}

bool show_has(const struct rule *rule, enum rule_option id, const char *section)
{
	return !strcmp(rule_options[id].section, section) &&
	       rule_value(rule, id) != UNSET;
}

const char *show_place(struct location place, char out[SHOW_PLACE_MAX])
{
	struct strbuf text = strbuf_over(out, SHOW_PLACE_MAX);

	strbuf_add_printable(&text, place.file ? place.file : "default",
			     SHOW_PLACE_MAX - 16);
	if (!place.line)
		return out;
	strbuf_add_char(&text, ':');
	strbuf_add_number(&text, place.line);
	return out;
}

static void print_rules(const struct config *config,
			const struct program *program, bool json)
{
	const char *comma = "";

	for (unsigned i = 0; i < config->policy.count; i++) {
		if (program &&
		    !rule_means_program(&config->policy.rule[i], program))
			continue;
		fputs(json ? comma : "", stdout);
		(json ? show_json : show_text)(config, i);
		comma = ",";
	}
}

static void print_text(const struct config *config,
		       const struct program *program)
{
	show_word_text("mode", mode_words, (int)config->policy.mode,
		       config->mode);
	show_word_text("log", log_words, (int)config->policy.log, config->log);
	print_rules(config, program, false);
}

static void print_json(const struct config *config,
		       const struct program *program)
{
	char mode[VALUE_MAX], log[VALUE_MAX];

	printf("{\"mode\":\"%s\",\"log\":\"%s\",\"origins\":{",
	       show_word(mode_words, (int)config->policy.mode, mode),
	       show_word(log_words, (int)config->policy.log, log));
	show_origin_json("mode", config->mode);
	putchar(',');
	show_origin_json("log", config->log);
	fputs("},\"rules\":[", stdout);
	print_rules(config, program, true);
	puts("]}");
}

static int show(const struct config_args *choice, char *name, bool json)
{
	struct config_errors complaint = {0};
	struct config config;
	struct program program;
	bool well = config_gather(choice, NULL, &config, &complaint);

	if (well && name)
		program = program_lookup(name, &config.pool);
	if (well)
		(json ? print_json : print_text)(&config,
						 name ? &program : NULL);
	fflush(stdout);
	if (well)
		in_force_say(choice, &config);
	config_free(&config);
	return well ? EXIT_OK : config_error_print(&complaint);
}

int show_main(int argc, char **argv)
{
	struct config_args choice;
	bool json = false;
	int operand = config_args_read(argc, argv, "c:p:r:", &choice, &json);
	int status = EXIT_USAGE;

	if (operand >= 0 && argc - operand <= 1)
		status = show(&choice, argv[operand], json);
	else if (operand >= 0)
		usage_error(argv[0]);
	free(choice.rule);
	return status;
}
