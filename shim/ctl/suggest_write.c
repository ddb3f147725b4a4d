/* SPDX-License-Identifier: MIT
 * The rule file: what was seen, the line that mends it, and why that number.
 */
#include "suggest.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

#define WIDTH 78
#define TEXT_MAX 1024

/* ---- comments */

/* The words of `text` behind `margin`, in as many lines as it takes. */
static void put_wrapped(const char *margin, const char *text)
{
	const size_t tab = *margin == '\t' ? 7 : 0; /* columns more than bytes */
	size_t at = 0;

	for (; *text; text += strspn(text, " ")) {
		const size_t len = strcspn(text, " ");

		if (at && tab + at + 1 + len > WIDTH) {
			putchar('\n');
			at = 0;
		}
		at += (size_t)printf("%s%.*s", at ? " " : margin, (int)len,
				     text);
		text += len;
	}
	putchar('\n');
}

/* Strings from programs have come through printable() before. */
static void comment(const char *margin, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void comment(const char *margin, const char *format, ...)
{
	char text[TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	put_wrapped(margin, text);
}

static const char *printable(const char *string, char out[TEXT_MAX / 4])
{
	struct text text = text_over(out, TEXT_MAX / 4);

	text_add_printable(&text, string, strlen(string));
	return out;
}

static const char *endpoint_text(const struct endpoint *e, char out[64])
{
	struct text text = text_over(out, 64);

	text_add_endpoint(&text, e);
	return out;
}

/* Rounded as far as a reader cares: 41.284s is 41s. */
static const char *time_text(int64_t time, char out[32])
{
	struct text text = text_over(out, 32);

	text_add_duration(&text, time < 2 * SECOND ? time / 100 * 100
						   : time / SECOND * SECOND);
	return out;
}

/* ---- one line for each symptom, with its evidence and its reason */

/* At least `least`, four times what ended by itself, in whole seconds. */
static int64_t generous(int64_t least, int64_t passed)
{
	const int64_t time = (4 * passed + SECOND - 1) / SECOND * SECOND;

	return time > least ? time : least;
}

struct writing {
	const struct watching *watching;
	const struct ailment *ailment;
	const struct sighting *seen;
	char local[64], peer[64], longest[32], number[32];
};

static void say_because(const struct writing *w, enum condition which)
{
	const int64_t passed = w->watching->passed[which];
	char text[32];

	if (passed)
		comment("\t# ", "%s: the longest that ended by itself meanwhile "
			"took %s, and this is at least four times that.",
			w->number, time_text(passed, text));
	else
		comment("\t# ", "%s: none ended by itself meanwhile; take more if "
			"yours may take longer.",
			w->number);
}

static void write_leak(struct writing *w)
{
	const int64_t least = 5 * SECOND;

	comment("\t# ", "%u connection%s in CLOSE_WAIT: the peer has closed, "
		"the program has not. The oldest: %s - %s, for %s.",
		w->seen->count, w->seen->count == 1 ? "" : "s", w->local,
		w->peer, w->longest);
	time_text(generous(least, w->watching->passed[CONDITION_CLOSE_WAIT]),
		  w->number);
	say_because(w, CONDITION_CLOSE_WAIT);
	comment("\t# ", "A peer that only half-closed answers the probes and "
		"keeps its connection. pressure: leaked descriptors are closed "
		"when they become scarce.");
	printf("\tclose_wait { after = %s  reclaim = pressure }\n", w->number);
}

static void write_spin(struct writing *w)
{
	comment("\t# ", "The program uses more than half a CPU while it has "
		"read the end of %s - %s %s ago: a loop that does not look for "
		"recv() == 0. After 100 of them it reads ECONNRESET.",
		w->local, w->peer, w->longest);
	puts("\teof { spin_limit = 100  answer = reset }");
}

static void say_silent(const struct writing *w)
{
	comment("\t# ", "%u connection%s with no keepalive and not a word for "
		"%s or more, such as %s - %s (%s). If the peer is gone, nobody "
		"will ever know.",
		w->seen->count, w->seen->count == 1 ? "" : "s",
		time_text(w->watching->silence, (char[32]){""}), w->local,
		w->peer, w->longest);
}

static void write_silent(struct writing *w)
{
	say_silent(w);
	comment("\t# ", "60s: before the minutes after which a NAT forgets an "
		"idle connection. A dead peer is then held for 2 minutes.");
	puts("\tkeepalive { idle = 60s  interval = 10s  probes = 6 }");
}

static void say_stuck(const struct writing *w)
{
	comment("\t# ", "%u connection%s with data to send to a peer that "
		"takes none: %s - %s for %s (%s). The kernel waits for it "
		"%s.", w->seen->count, w->seen->count == 1 ? "" : "s", w->local,
		w->peer, w->longest,
		w->seen->example->now.timer == TIMER_ZERO_WINDOW
			? "its window is zero"
			: "it does not acknowledge",
		w->seen->example->now.timer == TIMER_ZERO_WINDOW
			? "for ever"
			: "about 15 minutes");
}

static void write_stuck(struct writing *w)
{
	const int64_t least = 20 * SECOND;

	say_stuck(w);
	if (w->ailment->seen[SYMPTOM_SILENT].count) {
		comment("\t# ", "The keepalive above bounds this as well, by "
			"user_timeout = auto.");
		return;
	}
	time_text(generous(least, w->watching->passed[CONDITION_STUCK]),
		  w->number);
	say_because(w, CONDITION_STUCK);
	printf("\tkeepalive { user_timeout = %s }\n", w->number);
}

static void write_blocked(struct writing *w)
{
	const bool same = w->seen->example->same_peer_waits;

	comment("\t# ", "Somebody waits to be accepted, while %s - %s has "
		"received nothing for %s and is still being served.", w->local,
		w->peer, w->longest);
	comment("\t# ", same ? "The one that waits comes from the same "
			       "address: the peer is back, and its older "
			       "connection is dead. 2s: so long it must have "
			       "been silent."
			     : "The one that waits comes from another address. "
			       "10s: one that is alive and silent for so long, "
			       "while another waits, is ended too; take more "
			       "if yours are.");
	printf("\tsupersede { when = %s }\n",
	       same ? "same_peer  after = 2s" : "any  after = 10s");
}

/* ephemeral_port leaves a privileged port alone, and a server may want it. */
static void mend_privileged_port(unsigned port)
{
	comment("\t# ", "WARNING: port %u is privileged. Some servers (rsh, "
		"NFS, ftp-data) and firewalls want just that, so it stays; "
		"with SO_REUSEADDR it can be had again at once.", port);
	puts("\tset { so_reuseaddr = yes }");
}

static void write_fixed_port(struct writing *w)
{
	const struct watched *example = w->seen->example;
	const unsigned port = example->now.local.port;

	comment("\t# ", "It calls %s from port %u, which is not one the kernel "
		"chose (it gives %u to %u). Until TIME_WAIT is over, it cannot "
		"call again.",
		w->peer, port, w->watching->port_first,
		w->watching->port_last);
	if (example->was_there)
		comment("\t# ", "It was connected before the watch began: if "
			"it accepted this connection and closed its listener, "
			"the line is not needed.");
	if (port < w->watching->privileged)
		mend_privileged_port(port);
	else
		puts("\tephemeral_port = yes");
}

static void write_self(struct writing *w)
{
	comment("\t# ", "It is connected to itself: %s - %s. It called a port "
		"where nobody listened, and was given that very port.",
		w->local, w->peer);
	puts("\tself_connect = refuse");
}

static void (*const writers[SYMPTOMS])(struct writing *w) = {
	[SYMPTOM_LEAK] = write_leak,
	[SYMPTOM_SPIN] = write_spin,
	[SYMPTOM_SILENT] = write_silent,
	[SYMPTOM_STUCK] = write_stuck,
	[SYMPTOM_BLOCKED] = write_blocked,
	[SYMPTOM_FIXED_PORT] = write_fixed_port,
	[SYMPTOM_SELF] = write_self,
};

static void write_symptom(const struct watching *watching,
			  const struct ailment *ailment, enum symptom symptom)
{
	struct writing w = {
		.watching = watching,
		.ailment = ailment,
		.seen = &ailment->seen[symptom],
	};

	if (!w.seen->count)
		return;
	endpoint_text(&w.seen->example->now.local, w.local);
	endpoint_text(&w.seen->example->now.peer, w.peer);
	time_text(w.seen->longest, w.longest);
	writers[symptom](&w);
}

/* ---- a rule */

/* A name as a glob that means it alone, in quotes. */
static void put_glob(const char *name)
{
	putchar('"');
	for (; *name; name++) {
		if (strchr("*?[", *name))
			printf("[%c]", *name);
		else if (strchr("\"\\", *name) || !isprint((unsigned char)*name))
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
		write_symptom(watching, a, (enum symptom)s);
	puts("}");
}

/* ---- what goes with the rules */

/* As it was asked for, or, for a number, whose that is. */
static const char *whom(const struct watching *watching,
			char out[TEXT_MAX / 4])
{
	struct text text = text_over(out, TEXT_MAX / 4);
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
	char who[TEXT_MAX / 4], length[32];

	comment("# ", "What %s suffers from, as seen from outside during %s "
		"(looks: %u, connections and listeners: %u, processes: %u).",
		whom(watching, who),
		time_text(watching->length, length), watching->looks,
		watching->count, watching->runners);
	for (unsigned i = 0; i < watching->runners; i++)
		if (watching->runner[i].mended)
			comment("# ", "%s[%d] is mended by sockmend already: "
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
	comment("# ", "%u connections in TIME_WAIT stand on a port that is "
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
	comment("# ", "%s - %s is in TIME_WAIT, and nobody is given such a "
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
	comment("# ", "Nothing was seen that a rule would mend: no connection "
		"stayed in CLOSE_WAIT, none without keepalive was silent for "
		"%s, no writer was stuck, no client waited behind a silent one, "
		"no port was fixed. The program may be well, or the trouble has "
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
