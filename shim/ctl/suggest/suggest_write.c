/* SPDX-License-Identifier: MIT
 * The rule file: a head, the rules, and what cannot be told from outside.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "suggest_text.h"
#include "text.h"

/* A name as a glob that means it alone, in quotes. */
static void put_glob(const char *name)
{
	putchar('"');
	for (; *name; name++) {
		if (strchr("*?[", *name))
			printf("[%c]", *name);
		else if (strchr("\"\\", *name) ||
			 !isprint((unsigned char)*name))
			putchar('?');
		else
			putchar(*name);
	}
	putchar('"');
}

/* "camsrv-at-5000", "terminal-to-6000": 31 bytes at most. */
static void name_rule(const struct ailment *a, char out[RULE_NAME_MAX + 1])
{
	struct text text = text_over(out, RULE_NAME_MAX + 1);

	for (unsigned i = 0; i < 12 && a->program[i]; i++)
		text_add_char(&text, isalnum((unsigned char)a->program[i])
					     ? a->program[i]
					     : '-');
	text_add(&text, a->direction == DIRECTION_ACCEPT ? "-at-" : "-to-");
	text_add_number(&text, a->port);
}

/* What is left of two programs' names may be the same. */
static void put_rule_name(const struct ailments *ailments, unsigned number)
{
	char name[RULE_NAME_MAX + 1], other[RULE_NAME_MAX + 1];
	unsigned before = 0;

	name_rule(&ailments->of[number], name);
	for (unsigned i = 0; i < number; i++) {
		name_rule(&ailments->of[i], other);
		before += !strcmp(name, other);
	}
	if (before)
		printf("rule \"%s-%u\" {\n", name, before + 1);
	else
		printf("rule \"%s\" {\n", name);
}

static void write_rule(const struct watching *watching,
		       const struct ailments *ailments, unsigned number)
{
	const struct ailment *a = &ailments->of[number];

	putchar('\n');
	put_rule_name(ailments, number);
	printf("\tprogram = ");
	put_glob(a->program);
	if (a->direction == DIRECTION_ACCEPT)
		printf("\n\tdirection = accept\n\tlocal = {\"*:%u\"}\n",
		       a->port);
	else
		printf("\n\tdirection = connect\n\tpeer = {\"*:%u\"}\n",
		       a->port);
	for (int s = 0; s < SYMPTOMS; s++)
		suggest_write_symptom(watching, a, (enum symptom)s);
	puts("}");
}

/* As it was asked for, or, for a number, whose that is. */
static const char *whom(const struct watching *watching,
			char out[SUGGEST_NAME_MAX])
{
	struct text text = text_over(out, SUGGEST_NAME_MAX);
	const struct runner *first = &watching->runner[0];
	const char *name = watching->who;

	if (pid_of_text(name))
		name = first->program;
	text_add_printable(&text, name, strlen(name));
	if (name == watching->who)
		return out;
	text_add_char(&text, '[');
	text_add(&text, watching->who);
	text_add_char(&text, ']');
	return out;
}

static void write_head(const struct watching *watching)
{
	char who[SUGGEST_NAME_MAX], length[32];

	comment("# ",
		"What %s suffers from, as seen from outside during %s "
		"(looks: %u, connections and listeners: %u, processes: %u).",
		whom(watching, who), time_text(watching->length, length),
		watching->looks, watching->count, watching->runners);
	for (unsigned i = 0; i < watching->runners; i++)
		if (watching->runner[i].mended)
			comment("# ",
				"%s[%d] is mended by sockmend already: "
				"this happens in spite of it.",
				printable(watching->runner[i].program, who),
				watching->runner[i].pid);
	if (watching->ended)
		comment("# ", "It ended while it was watched.");
}

static void write_lingering(const struct watching *watching)
{
	if (!watching->lingering)
		return;
	putchar('\n');
	comment("# ",
		"%u connections in TIME_WAIT stand on a port that is "
		"listened on. Whether its server sets SO_REUSEADDR cannot be "
		"seen from outside; if it cannot start again for a minute, say "
		"reuse_address = yes in a rule for it.",
		watching->lingering);
}

static void write_leftovers(const struct watching *watching)
{
	const struct leftover *l = watching->leftover;
	char local[64], peer[64];

	if (!watching->leftovers)
		return;
	putchar('\n');
	comment("# ",
		"%s - %s is in TIME_WAIT, and nobody is given such a "
		"port: a client insisted on it (or a server there has "
		"stopped). TIME_WAIT does not tell whose it was. If it was "
		"this program's and it calls again:",
		endpoint_text(&l->local, local), endpoint_text(&l->peer, peer));
	printf("# rule \"fixed port\" { program = ");
	put_glob(watching->runner[0].program);
	puts("  direction = connect  ephemeral_port = yes }");
}

static void write_nothing(const struct watching *watching)
{
	char silence[32];

	putchar('\n');
	comment("# ",
		"Nothing was seen that a rule would mend: no connection "
		"stayed in CLOSE_WAIT, none without keepalive was silent for "
		"%s, no writer was stuck, no client waited behind a silent "
		"one, "
		"no port was fixed. The program may be well, or the trouble "
		"has "
		"not come yet: watch it when it has.",
		time_text(watching->silence, silence));
}

void suggest_write(const struct watching *watching,
		   const struct ailments *ailments)
{
	write_head(watching);
	for (unsigned i = 0; i < ailments->count; i++)
		write_rule(watching, ailments, i);
	if (!ailments->count)
		write_nothing(watching);
	write_lingering(watching);
	write_leftovers(watching);
}
