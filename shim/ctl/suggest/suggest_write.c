/* SPDX-License-Identifier: MIT
 * The rule file: a head, the rules, and what cannot be told from outside.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "suggest_text.h"
#include "core/strbuf.h"

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
static void name_rule(const struct trouble *a, char out[RULE_NAME_MAX + 1])
{
	struct strbuf text = strbuf_over(out, RULE_NAME_MAX + 1);

	for (unsigned i = 0; i < 12 && a->program[i]; i++)
		strbuf_add_char(&text, isalnum((unsigned char)a->program[i])
					       ? a->program[i]
					       : '-');
	strbuf_add(&text, a->direction == DIRECTION_ACCEPT ? "-at-" : "-to-");
	strbuf_add_number(&text, a->port);
}

/* What is left of two programs' names may be the same. */
static void put_rule_name(const struct troubles *troubles, unsigned number)
{
	char name[RULE_NAME_MAX + 1], other[RULE_NAME_MAX + 1];
	unsigned before = 0;

	name_rule(&troubles->of[number], name);
	for (unsigned i = 0; i < number; i++) {
		name_rule(&troubles->of[i], other);
		before += !strcmp(name, other);
	}
	if (before)
		printf("rule \"%s-%u\" {\n", name, before + 1);
	else
		printf("rule \"%s\" {\n", name);
}

/* Of a rule that is only hinted at every line is a comment. */
struct writing {
	struct watching *watching;
	const struct trouble *trouble;
	const char *lead; /* "# " then */
};

static void say_seen(const struct writing *w, const char *what,
		     enum symptom symptom)
{
	const struct occurrence *seen = &w->trouble->seen[symptom];
	const struct tcp_socket *s = &seen->example->now;
	char margin[8], local[64], peer[64];

	snprintf(margin, sizeof margin, "%s\t# ", w->lead);
	comment(margin, "%s: %u %s%s %s (%s%s%s%s%s): %s.", what, seen->count,
		s->state == STATE_LISTEN ? "listener" : "connection",
		seen->count == 1 ? "" : "s", symptoms[symptom].name,
		endpoint_text(&s->local, local),
		s->state == STATE_LISTEN ? "" : " - ",
		s->state == STATE_LISTEN ? "" : endpoint_text(&s->peer, peer),
		seen->worst.time ? ", for " : "",
		seen->worst.time
			? time_in_words(&w->watching->pool, seen->worst.time)
			: "",
		seen->worst.evidence);
}

/* Proof or hint, the rule, its risk. */
static void write_symptom(const struct writing *w, enum symptom symptom)
{
	static const char *const words[] = {"", "no rule", "hint", "proof"};
	const struct occurrence *seen = &w->trouble->seen[symptom];
	const char *risk, *rule;
	char margin[8];

	if (!seen->count || symptom == SYMPTOM_IN_RANGE)
		return;
	rule = symptom_rule(w->watching, w->trouble, symptom, &risk);
	say_seen(w, words[seen->worst.degree], symptom);
	snprintf(margin, sizeof margin, "%s\t# ", w->lead);
	if (!*rule)
		return;
	printf("%s\t%s%s\n", w->lead,
	       seen->worst.degree == HINT && !*w->lead ? "# " : "", rule);
	comment(margin, "risk: %s.", risk);
}

static void write_symptoms(const struct writing *w, enum degree degree)
{
	for (int s = 0; s < SYMPTOMS; s++)
		if (w->trouble->seen[s].worst.degree == degree)
			write_symptom(w, (enum symptom)s);
}

static void write_rule(struct watching *watching,
		       const struct troubles *troubles, unsigned number)
{
	const struct trouble *a = &troubles->of[number];
	const struct writing w = {watching, a, a->worst == PROOF ? "" : "# "};

	putchar('\n');
	if (a->worst == REMARK) {
		write_symptoms(&w, REMARK);
		return;
	}
	printf("%s", w.lead);
	put_rule_name(troubles, number);
	printf("%s\tprogram = ", w.lead);
	put_glob(a->program);
	if (a->direction == DIRECTION_ACCEPT)
		printf("\n%s\tdirection = accept\n%s\tlocal = {\"*:%u\"}\n",
		       w.lead, w.lead, a->port);
	else
		printf("\n%s\tdirection = connect\n%s\tpeer = {\"*:%u\"}\n",
		       w.lead, w.lead, a->port);
	for (int degree = PROOF; degree > ABSENT; degree--)
		write_symptoms(&w, (enum degree)degree);
	printf("%s}\n", w.lead);
}

/* As it was asked for, or, for a number, whose that is. */
static const char *whom(const struct watching *watching,
			char out[SUGGEST_NAME_MAX])
{
	struct strbuf text = strbuf_over(out, SUGGEST_NAME_MAX);
	const struct runner *first = watching->runner[0];
	const char *name = watching->who;

	if (pid_of_text(name))
		name = first->program;
	strbuf_add_printable(&text, name, strlen(name));
	if (name == watching->who)
		return out;
	strbuf_add_char(&text, '[');
	strbuf_add(&text, watching->who);
	strbuf_add_char(&text, ']');
	return out;
}

static void write_head(struct watching *watching)
{
	char who[SUGGEST_NAME_MAX];

	comment("# ",
		"What %s shows from outside in %s "
		"(looks: %u, connections and listeners: %u, processes: %u).",
		whom(watching, who),
		time_in_words(&watching->pool, watching->length),
		watching->looks, watching->count, watching->runners);
	for (unsigned i = 0; i < watching->runners; i++)
		if (watching->runner[i]->mended)
			comment("# ",
				"%s[%d] is mended by sockmend already: "
				"this happens all the same.",
				printable(watching->runner[i]->program, who),
				watching->runner[i]->pid);
	if (watching->ended)
		comment("# ", "It ended while it was watched.");
}

static void write_lingering(const struct watching *watching)
{
	if (!watching->lingering)
		return;
	putchar('\n');
	comment("# ",
		"%u connections in TIME_WAIT stand on a port that is or was "
		"listened on. Whether its server sets SO_REUSEADDR cannot be "
		"seen from outside. If it cannot start again for a minute:",
		watching->lingering);
	printf("# rule \"restart\" { direction = accept  "
	       "local = {\"*:%u\"}  reuse_address = yes }\n",
	       watching->lingering_port);
}

static void write_leftovers(const struct watching *watching)
{
	const struct leftover *l = watching->leftover;
	char local[64], peer[64];

	if (!watching->leftovers)
		return;
	putchar('\n');
	comment("# ",
		"%s - %s is in TIME_WAIT, and the kernel gives no client such "
		"a port: a client has bound it (or a server there has "
		"stopped). TIME_WAIT does not tell whose it was. If it was "
		"this program's and it connects again:",
		endpoint_text(&l->local, local), endpoint_text(&l->peer, peer));
	printf("# rule \"fixed port\" { program = ");
	put_glob(watching->runner[0]->program);
	puts("  direction = connect  ephemeral_port = yes }");
}

static void write_nothing(struct watching *watching)
{
	putchar('\n');
	comment("# ",
		"Nothing was seen that a rule would help: no connection "
		"stayed in CLOSE_WAIT, none without keepalive was silent for "
		"%s, no peer left data or a SYN unanswered, no client waited "
		"behind a silent one, no port was fixed. Watch the program "
		"while the trouble is there.",
		time_in_words(&watching->pool, watching->silence));
}

/* Of 1s, 2s, 5s, 10s … the longest that would have found it. */
static void write_unproven(struct watching *watching)
{
	static const int64_t steps[] = {1, 2, 5, 10, 20, 30, 60, 120, 300, 600};
	int64_t sooner = 0;

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (steps[i] * SECOND < watching->unproven)
			sooner = steps[i] * SECOND;
	if (!sooner || watching->unproven < 2 * SECOND)
		return;
	putchar('\n');
	comment("# ",
		"A connection without keepalive is silent %s so far; "
		"--silence %s looks sooner.",
		time_in_words(&watching->pool, watching->unproven),
		time_in_words(&watching->pool, sooner));
}

void suggest_write(struct watching *watching, const struct troubles *troubles)
{
	unsigned written = 0;

	write_head(watching);
	for (unsigned i = 0; i < troubles->count; i++) {
		const struct trouble *a = &troubles->of[i];

		/* A listener's port is doctor's matter alone. */
		if (a->worst == REMARK && a->seen[SYMPTOM_IN_RANGE].count &&
		    !a->seen[SYMPTOM_FULL].count &&
		    !a->seen[SYMPTOM_BLOCKED].count &&
		    !a->seen[SYMPTOM_STUCK].count)
			continue;
		write_rule(watching, troubles, i);
		written++;
	}
	if (!written)
		write_nothing(watching);
	write_unproven(watching);
	write_lingering(watching);
	write_leftovers(watching);
}
