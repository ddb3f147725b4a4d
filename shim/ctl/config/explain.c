/* SPDX-License-Identifier: MIT
 * sockmendctl explain: which rule governs a connection, and why each earlier
 * one does not.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_args.h"
#include "ctl.h"
#include "explain.h"
#include "in_force.h"
#include "program_lookup.h"
#include "core/policy_text.h"

struct arguments {
	struct config_args choice;
	const char *program;
	bool json;
};

static bool take(int letter, struct arguments *args)
{
	if (letter == 'j')
		return args->json = true;
	if (letter != 'P')
		return config_args_take(letter, &args->choice);
	if (args->program || !*optarg)
		return false;
	args->program = optarg;
	return true;
}

static bool read_options(int argc, char **argv, struct arguments *args)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{"profile", required_argument, NULL, 'p'},
		{0},
	};
	int letter;

	while ((letter = getopt_long(argc, argv, "c:r:p:P:", options, NULL)) !=
	       -1)
		if (!take(letter, args))
			return false;
	return argc - optind == 3;
}

static bool wrong(const char *what, const char *value, const char *wants)
{
	fprintf(stderr, "sockmendctl: explain: %s = %.80s: want %s\n", what,
		value, wants);
	return false;
}

static bool read_direction(const char *word, struct question *q)
{
	const int index =
		word_index(direction_words, word, (unsigned)strlen(word));

	if (index <= DIRECTION_ANY)
		return wrong("direction", word, "accept|connect");
	q->moment.direction = (enum direction)index;
	q->text[PART_DIRECTION] = word;
	return true;
}

/* One address, with its port or without. `*` and `-` are not known. */
static bool read_endpoint(const char *text, enum part part,
			  struct endpoint *endpoint, struct question *q)
{
	static const char wants[] =
		"ADDR:PORT, [ADDR]:PORT, ADDR, or * where it is not known";
	struct prefix prefix;

	if (!strcmp(text, "*") || !strcmp(text, "-"))
		return true;
	if (prefix_read(text, strlen(text), &prefix) || prefix.any ||
	    prefix.bits != 128 ||
	    (prefix.port_first && prefix.port_first != prefix.port_last))
		return wrong(part_names[part], text, wants);
	memcpy(endpoint->addr, prefix.addr, sizeof endpoint->addr);
	endpoint->port = prefix.port_first;
	endpoint->known = true;
	q->text[part] = text;
	return true;
}

static int answer(const struct arguments *args, struct question *q)
{
	struct config_errors complaint = {0};
	struct config config;
	struct program program;
	const bool well =
		config_gather(&args->choice, NULL, &config, &complaint);

	if (args->program) {
		program = program_lookup(args->program, &config.pool);
		q->program = &program;
		q->text[PART_PROGRAM] = args->program;
	}
	if (well)
		(args->json ? explain_json : explain_text)(&config, q);
	fflush(stdout);
	if (well)
		in_force_say(&args->choice, &config);
	config_free(&config);
	return well ? EXIT_OK : config_error_print(&complaint);
}

static int explain(const struct arguments *args, char **asked)
{
	struct endpoint local = {0}, peer = {0};
	struct question q = {.moment = {.local = &local, .peer = &peer}};

	if (!read_direction(asked[0], &q) ||
	    !read_endpoint(asked[1], PART_LOCAL, &local, &q) ||
	    !read_endpoint(asked[2], PART_PEER, &peer, &q))
		return EXIT_USAGE;
	return answer(args, &q);
}

int explain_main(int argc, char **argv)
{
	struct arguments args = {0};
	int status;

	args.choice.rule = calloc((size_t)argc, sizeof *args.choice.rule);
	if (!args.choice.rule)
		return EXIT_FAIL;
	status = read_options(argc, argv, &args) ? explain(&args, argv + optind)
						 : usage_error(argv[0]);
	free(args.choice.rule);
	return status;
}
