/* SPDX-License-Identifier: MIT
 * Prints metrics in Prometheus' text format, version 0.0.4.
 */
#include "metrics.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gauges.h"
#include "write_atomic.h"
#include "tcp_diag.h"
#include "core/version.h"

static void head(FILE *out, const char *name, const char *type,
		 const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_value(FILE *out, const char *text)
{
	for (; *text; text++)
		if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else if (*text == '\n')
			fputs("\\n", out);
		else
			putc(*text, out);
}

/* {name="value",…} of up to LABELS; those with an empty value are left out. */
struct label {
	const char *name, *value;
};

#define LABELS 5
#define LABEL(...) ((struct label[LABELS]){__VA_ARGS__})

/* A user's number as a label's value. */
struct uid_text {
	char digits[12];
};

static struct uid_text uid_text(uid_t uid)
{
	struct uid_text text = {"(other)"};

	if (uid != TOTALS_ANY_UID)
		snprintf(text.digits, sizeof text.digits, "%u", uid);
	return text;
}

static void sample(FILE *out, const char *name,
		   const struct label label[LABELS], uint64_t value)
{
	const char *before = "{";

	fputs(name, out);
	for (int i = 0; i < LABELS && label[i].name; i++) {
		if (!*label[i].value)
			continue;
		fprintf(out, "%s%s=\"", before, label[i].name);
		put_value(out, label[i].value);
		putc('"', out);
		before = ",";
	}
	fprintf(out, "%s %" PRIu64 "\n", *before == ',' ? "}" : "", value);
}

static void plain(FILE *out, const char *name, const char *type,
		  const char *help, uint64_t value)
{
	head(out, name, type, help);
	sample(out, name, LABEL({0}), value);
}

static const char *kind_word(unsigned kind)
{
	return kind < EVENT_COUNT_OF ? event_words[kind] : "unknown";
}

static void print_events(FILE *out, const struct counters *totals)
{
	static const char modes[][8] = {"", "mend", "observe"};

	head(out, "sockmend_events_total", "counter",
	     "Events of mended programs. One that was overwritten in its "
	     "journal before it was read has no rule and no mode.");
	for (unsigned i = 0; i < totals->count; i++) {
		const struct total *t = &totals->of[i];

		if (t->kind == TOTAL_LOST)
			continue;
		sample(out, "sockmend_events_total",
		       LABEL({"event", kind_word(t->kind)}, {"rule", t->rule},
			     {"program", t->program}, {"mode", modes[t->mode]},
			     {"uid", uid_text(t->uid).digits}),
		       t->count);
	}
}

static void print_lost(FILE *out, const struct counters *totals)
{
	head(out, "sockmend_events_lost_total", "counter",
	     "Events that were overwritten in their journal before they were "
	     "read.");
	for (unsigned i = 0; i < totals->count; i++) {
		const struct total *t = &totals->of[i];

		if (t->kind == TOTAL_LOST)
			sample(out, "sockmend_events_lost_total",
			       LABEL({"program", t->program},
				     {"uid", uid_text(t->uid).digits}),
			       t->count);
	}
}

static void print_counters(FILE *out, const struct collect_state *ledger)
{
	struct counters totals = state_counters(ledger);

	print_events(out, &totals);
	print_lost(out, &totals);
	free(totals.of);
}

static void print_gauges(FILE *out)
{
	struct gauges now;

	gauges_read(&now);
	head(out, "sockmend_processes", "gauge",
	     "Processes that are mended at this moment.");
	for (unsigned i = 0; i < now.processes.count; i++) {
		const struct total *t = &now.processes.of[i];

		sample(out, "sockmend_processes",
		       LABEL({"program", t->program},
			     {"uid", uid_text(t->uid).digits}),
		       t->count);
	}
	head(out, "sockmend_connections", "gauge",
	     "TCP connections of mended processes, by their state.");
	for (unsigned i = 0; i < now.connections.count; i++) {
		const struct total *t = &now.connections.of[i];

		sample(out, "sockmend_connections",
		       LABEL({"program", t->program},
			     {"state", state_word(t->kind)},
			     {"uid", uid_text(t->uid).digits}),
		       t->count);
	}
	gauges_free(&now);
}

static void print_forwarding(FILE *out, const struct forwarding *f)
{
	head(out, "sockmend_collect_start_time_seconds", "gauge",
	     "When the collector was started, since 1970.");
	fprintf(out, "sockmend_collect_start_time_seconds %.3f\n", f->started);
	plain(out, "sockmend_forward_failures_total", "counter",
	      "How often events could not be handed over; they are tried "
	      "again.",
	      f->failures);
	plain(out, "sockmend_forward_pending_events", "gauge",
	      "Events that wait to be handed over.", f->pending);
}

void metrics_print(FILE *out, const struct collect_state *ledger,
		   const struct forwarding *forwarding)
{
	head(out, "sockmend_build_info", "gauge",
	     "The version of sockmendctl; always 1.");
	fputs("sockmend_build_info{version=\"" SOCKMEND_VERSION "\"} 1\n", out);
	print_counters(out, ledger);
	print_gauges(out);
	plain(out, "sockmend_journals", "gauge",
	      "Journals there are, of running and of ended processes.",
	      ledger->journals);
	plain(out, "sockmend_journals_unreadable", "gauge",
	      "Journals that are damaged, or are none.", ledger->unreadable);
	plain(out, "sockmend_last_read_timestamp_seconds", "gauge",
	      "When the journals were read, since 1970.", (uint64_t)time(NULL));
	if (forwarding)
		print_forwarding(out, forwarding);
}

const char *metrics_write(const char *path, const struct collect_state *ledger,
			  const struct forwarding *forwarding)
{
	char *text = NULL;
	const char *wrong;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return strerror(errno);
	metrics_print(out, ledger, forwarding);
	wrong = fclose(out) ? strerror(ENOMEM)
			    : replace_file(path, text, len, 0644);
	free(text);
	return wrong;
}
