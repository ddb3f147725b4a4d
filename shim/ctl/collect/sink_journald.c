/* SPDX-License-Identifier: MIT
 * Events to systemd's journal, every fact a field of its own, by its native
 * protocol: NAME=value and a newline, or, for a value with control bytes in
 * it, NAME, a newline, its length as 64 bits little-endian, it, a newline.
 */
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "event_print.h"
#include "sink.h"

#define SOCKET "/run/systemd/journal/socket"

static bool has_control(const char *value)
{
	for (; *value; value++)
		if ((unsigned char)*value < ' ')
			return true;
	return false;
}

static void put_field(FILE *out, const char *name, const char *value)
{
	const uint64_t len = htole64(strlen(value));

	if (!*value)
		return;
	fputs(name, out);
	if (has_control(value)) {
		putc('\n', out);
		fwrite(&len, sizeof len, 1, out);
	} else {
		putc('=', out);
	}
	fprintf(out, "%s\n", value);
}

static void put_number(FILE *out, const char *name, int64_t value)
{
	fprintf(out, "%s=%" PRId64 "\n", name, value);
}

static void put_endpoint(FILE *out, const char *name, const struct endpoint *e)
{
	char address[64];
	struct strbuf t = strbuf_over(address, sizeof address);

	if (!e->known)
		return;
	strbuf_add_endpoint(&t, e);
	put_field(out, name, address);
}

static void put_facts(FILE *out, const struct event *e)
{
	put_field(out, "SOCKMEND_EVENT",
		  e->id < EVENT_COUNT_OF ? event_words[e->id] : "unknown");
	put_field(out, "SOCKMEND_MODE",
		  e->flags & EVENT_WOULD ? "observe" : "mend");
	put_field(out, "SOCKMEND_RULE", e->rule);
	put_number(out, "SOCKMEND_PID", e->pid);
	put_number(out, "SOCKMEND_FD", e->fd);
	put_endpoint(out, "SOCKMEND_LOCAL", &e->local);
	put_endpoint(out, "SOCKMEND_PEER", &e->peer);
	put_field(out, "SOCKMEND_DETAIL", e->detail);
	if (e->error)
		put_number(out, "ERRNO", e->error);
}

static void put_record(FILE *out, const struct record *record)
{
	const struct event *e = &record->event;
	char line[EVENT_TEXT_MAX], when[64];
	struct strbuf t = strbuf_over(line, sizeof line);

	event_text(e, record->program, &t);
	event_time(e->time, when);
	put_field(out, "MESSAGE", line);
	put_number(out, "PRIORITY", record_priority(record));
	put_field(out, "SYSLOG_IDENTIFIER", "sockmend");
	put_facts(out, e);
	put_field(out, "SOCKMEND_PROGRAM", record->program);
	put_field(out, "SOCKMEND_TIME", when);
	put_number(out, "SOCKMEND_UID", record->owner);
}

static const char *put(struct sink *sink, const struct record *record)
{
	char bytes[4096]; /* all facts together have less than half of that */
	FILE *out = fmemopen(bytes, sizeof bytes, "w");
	long len;

	if (!out)
		return "out of memory";
	put_record(out, record);
	len = ftell(out);
	fclose(out);
	return datagram_send(&sink->to, bytes, (size_t)len);
}

struct sink sink_to_journald(void)
{
	return (struct sink){.name = "journald at " SOCKET,
			     .put = put,
			     .refresh = sink_leave,
			     .reopen = sink_leave,
			     .to = {SOCKET, -1}};
}
