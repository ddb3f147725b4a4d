/* SPDX-License-Identifier: MIT
 * Prints events: for people with event_line(), for programs fact by fact.
 */
#include "event_print.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "json.h"

#define NANOSECONDS 1000000000

void event_time(int64_t nanoseconds, char out[64])
{
	int64_t rest = nanoseconds % NANOSECONDS;
	time_t seconds = nanoseconds / NANOSECONDS;
	char date[32] = "", zone[8] = "";
	struct tm tm;

	if (rest < 0) {
		rest += NANOSECONDS;
		seconds--;
	}
	if (localtime_r(&seconds, &tm)) {
		strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &tm);
		strftime(zone, sizeof zone, "%z", &tm);
	}
	snprintf(out, 64, "%s.%03d%.3s:%s", date, (int)(rest / 1000000), zone,
		 zone[0] ? zone + 3 : "");
}

/* glibc has it since 2.32, musl not: NULL, and the number is printed. */
const char *strerrorname_np(int error) __attribute__((weak));

static const char *error_name(int error)
{
	return strerrorname_np ? strerrorname_np(error) : NULL;
}

static void add_error(struct strbuf *t, int error)
{
	const char *name = error_name(error);

	if (!error)
		return;
	strbuf_add(t, " (");
	if (name)
		strbuf_add(t, name);
	else
		strbuf_add_number(t, error);
	strbuf_add_char(t, ')');
}

void event_text(const struct event *e, const char *program, struct strbuf *t)
{
	event_line(e, program, t);
	add_error(t, e->error);
}

void event_print_text(const struct event *e, const char *program)
{
	char when[64], line[EVENT_TEXT_MAX];
	struct strbuf t = strbuf_over(line, sizeof line);

	event_time(e->time, when);
	event_text(e, program, &t);
	printf("%s %s\n", when, line);
}

static void print_text_member(const char *name, const char *value)
{
	putchar(',');
	json_pair(stdout, name, value);
}

static void print_endpoint_member(const char *name, const struct endpoint *e)
{
	char address[64];
	struct strbuf t = strbuf_over(address, sizeof address);

	strbuf_add_endpoint(&t, e);
	if (e->known)
		print_text_member(name, address);
	else
		printf(",\"%s\":null", name);
}

static void print_error_member(int error)
{
	const char *name = error_name(error);

	if (!error)
		fputs(",\"error\":null", stdout);
	else if (name)
		print_text_member("error", name);
	else
		printf(",\"error\":\"errno %d\"", error);
}

void event_print_json(const struct event *e, const char *program)
{
	char when[64];

	event_time(e->time, when);
	putchar('{');
	json_pair(stdout, "time", when);
	printf(",\"pid\":%d", e->pid);
	print_text_member("program", program);
	printf(",\"fd\":%d", e->fd);
	print_text_member("event", e->id < EVENT_COUNT_OF ? event_words[e->id]
							  : "unknown");
	printf(",\"would\":%s", e->flags & EVENT_WOULD ? "true" : "false");
	printf(",\"accepted\":%s", e->flags & EVENT_ACCEPT ? "true" : "false");
	print_text_member("rule", e->rule);
	print_endpoint_member("local", &e->local);
	print_endpoint_member("peer", &e->peer);
	print_error_member(e->error);
	print_text_member("detail", e->detail);
	puts("}");
}
