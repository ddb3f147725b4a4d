/* SPDX-License-Identifier: MIT
 * Status as one JSON document: sockmendctl(1) has its members.
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "json.h"
#include "status.h"

static void put_text(FILE *out, const char *name, const char *text)
{
	fprintf(out, ",\"%s\":", name);
	if (text)
		json_string(out, text);
	else
		fputs("null", out);
}

/* Negative: nothing tells. */
static void put_time(FILE *out, const char *name, int64_t ms)
{
	if (ms < 0)
		fprintf(out, ",\"%s\":null", name);
	else
		fprintf(out, ",\"%s\":%" PRId64, name, ms);
}

static void put_endpoint(FILE *out, const char *name, const struct endpoint *e)
{
	char text[64];
	struct strbuf t = strbuf_over(text, sizeof text);

	strbuf_add_endpoint(&t, e);
	put_text(out, name, e->known ? text : NULL);
}

static void put_next(FILE *out, const struct next *next)
{
	if (!next->what) {
		fputs(",\"next\":null", out);
		return;
	}
	fprintf(out,
		",\"next\":{\"what\":\"%s\",\"would\":%s,\"in_ms\":%" PRId64
		"}",
		next->what, next->would ? "true" : "false", next->due);
}

static void put_mends(FILE *out, const struct history *h)
{
	const char *gap = "";

	fputs(",\"mends\":{", out);
	for (unsigned i = 0; i < EVENT_COUNT_OF; i++) {
		if (!h->done[i])
			continue;
		fprintf(out, "%s\"%s\":%u", gap, event_words[i], h->done[i]);
		gap = ",";
	}
	putc('}', out);
}

static const char *direction(const struct connection *c)
{
	if (c->direction == DIRECTION_ACCEPT)
		return "accept";
	return c->direction == DIRECTION_CONNECT ? "connect" : NULL;
}

static void put_connection(FILE *out, const struct connection *c)
{
	const struct tcp_socket *s = c->socket;
	const bool clocks = connection_has_clocks(c);
	const int64_t received = clocks ? (int64_t)s->silent_received : -1;
	const int64_t sent = clocks ? (int64_t)s->silent_sent : -1;

	fprintf(out, "{\"fd\":%d,\"inode\":%" PRIu64 ",\"cookie\":%" PRIu64,
		c->fd, s->inode, s->cookie);
	put_text(out, "rule", c->rule);
	fprintf(out, ",\"rule_known\":%s", c->unsure ? "false" : "true");
	put_text(out, "state", state_word(s->state));
	put_text(out, "direction", direction(c));
	put_endpoint(out, "local", &s->local);
	put_endpoint(out, "peer", &s->peer);
	put_time(out, "age_ms", c->age);
	put_time(out, "received_ms", received);
	put_time(out, "sent_ms", sent);
	fprintf(out, ",\"receive_queue\":%u,\"send_queue\":%u",
		s->receive_queue, s->send_queue);
	put_next(out, &c->next);
	put_mends(out, &c->history);
	putc('}', out);
}

static void put_connections(FILE *out, const struct status *status,
			    const struct process *p)
{
	const char *gap = "";

	for (unsigned i = 0; i < status->count; i++) {
		const struct connection *c = &status->of[i];

		if (c->process != p || !c->socket)
			continue;
		fputs(gap, out);
		put_connection(out, c);
		gap = ",\n";
	}
}

static const char *mode(const struct process *p)
{
	if (p->policy_wrong)
		return NULL;
	return p->off ? "off" : p->observe ? "observe" : "mend";
}

static void put_process(FILE *out, const struct status *status,
			const struct process *p)
{
	fprintf(out, "{\"pid\":%d", p->pid);
	put_text(out, "program", p->name);
	put_text(out, "exe", p->exe);
	fprintf(out, ",\"uid\":%u", p->uid);
	put_text(out, "mode", mode(p));
	put_text(out, "policy", p->policy_from);
	put_text(out, "policy_fault", p->policy_wrong);
	fprintf(out, ",\"rules\":%u,\"connections\":[\n", p->policy.count);
	put_connections(out, status, p);
	fputs("]}", out);
}

static bool is_shown(const struct status *status, const struct process *p)
{
	for (unsigned i = 0; i < status->count; i++)
		if (status->of[i].process == p)
			return true;
	return false;
}

static int64_t milliseconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

static void put_notes(FILE *out, const struct status *status)
{
	fputs("],\"notes\":[", out);
	for (unsigned i = 0; i < status->notes; i++) {
		fputs(i ? ",\n" : "\n", out);
		json_string(out, status->note[i].text);
	}
	fputs("]}\n", out);
}

void status_json(const struct status *status, FILE *out)
{
	const char *gap = "\n";

	fprintf(out, "{\"time_ms\":%" PRId64 ",\"processes\":[",
		milliseconds_now());
	for (unsigned i = 0; i < status->processes.count; i++) {
		const struct process *p = &status->processes.of[i];

		if (!is_shown(status, p))
			continue;
		fputs(gap, out);
		put_process(out, status, p);
		gap = ",\n";
	}
	put_notes(out, status);
}
