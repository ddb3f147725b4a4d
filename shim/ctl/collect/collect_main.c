/* SPDX-License-Identifier: MIT
 * sockmendctl collect: follows all journals, hands every event on once, and
 * keeps the file of metrics fresh.
 *
 * A record is entered in the ledger when the sink has taken it, and the
 * ledger is saved after each round: what fails comes again.
 */
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ctl.h"
#include "interval.h"
#include "state_file.h"
#include "metrics.h"
#include "sd_notify.h"
#include "rundir.h"
#include "sink.h"

#define INTERVAL 1000 /* milliseconds between rounds */
#define METRICS_INTERVAL 5 /* seconds: each writing is synced to the disk */

struct collector {
	struct sink sink;
	struct collect_state ledger;
	struct forwarding forwarding;
	const char *metrics, *state;
	char usual_state[RUNDIR_PATH_MAX];
	int64_t interval; /* milliseconds */
	sigset_t signals;
	time_t metrics_due;
	char trouble[256]; /* that was told of: once, not every second */
	bool state_trouble, metrics_trouble;
};

static void say(const char *of, const char *what)
{
	fprintf(stderr, "sockmendctl: %s: %s\n", of, what);
}

/* Trouble and its end, once each. */
static void tell(bool *told, const char *of, const char *wrong)
{
	if (wrong && !*told)
		say(of, wrong);
	if (!wrong && *told)
		say(of, "well again");
	*told = wrong != NULL;
}

static void tell_of_sink(struct collector *c, const char *wrong)
{
	char message[sizeof c->trouble];

	if (!wrong && *c->trouble)
		say(c->sink.name, "well again");
	if (!wrong) {
		*c->trouble = 0;
		return;
	}
	c->forwarding.failures++;
	snprintf(message, sizeof message, "%s; events wait in their journals",
		 wrong);
	if (strcmp(message, c->trouble))
		say(c->sink.name, message);
	strcpy(c->trouble, message);
}

static uint64_t lost(const struct collect_state *ledger)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < ledger->totals.count; i++)
		if (ledger->totals.of[i].kind == TOTAL_LOST)
			sum += ledger->totals.of[i].count;
	return sum;
}

static const char *hand_over(struct collector *c, const struct record *record)
{
	if (record->event.time <= c->ledger.heard_until)
		return NULL;
	return c->sink.put(&c->sink, record);
}

static void forward(struct collector *c)
{
	struct collect_state *ledger = &c->ledger;
	const char *wrong = NULL;

	c->sink.refresh(&c->sink);
	while (ledger->taken < ledger->records) {
		wrong = hand_over(c, &ledger->record[ledger->taken]);
		if (wrong)
			break;
		state_ack(ledger);
	}
	if (wrong || ledger->records)
		tell_of_sink(c, wrong);
	c->forwarding.pending = ledger->records - ledger->taken;
	if (!wrong && !ledger->full && !ledger->more)
		ledger->heard_until = 0;
}

static void save(struct collector *c)
{
	if (c->ledger.changed)
		tell(&c->state_trouble, c->state,
		     state_save(&c->ledger, c->state));
}

static time_t uptime(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static void write_metrics(struct collector *c)
{
	if (!c->metrics)
		return;
	c->metrics_due = uptime() + METRICS_INTERVAL;
	tell(&c->metrics_trouble, c->metrics,
	     metrics_write(c->metrics, &c->ledger, &c->forwarding));
}

static void go_round(struct collector *c)
{
	const uint64_t before = lost(&c->ledger);
	uint64_t more;

	state_read(&c->ledger);
	forward(c);
	save(c);
	more = lost(&c->ledger) - before;
	if (more)
		fprintf(stderr,
			"sockmendctl: %" PRIu64 " events were overwritten "
			"before they were read\n",
			more);
	if (uptime() >= c->metrics_due)
		write_metrics(c);
}

/* The pause between two rounds, and its signals. False: this is the end. */
static bool rest(struct collector *c)
{
	const bool more = c->ledger.full && !*c->trouble;
	const int64_t pause = more ? 0 : c->interval;
	const struct timespec time = {pause / 1000, pause % 1000 * 1000000};
	const int signal = sigtimedwait(&c->signals, NULL, &time);

	if (signal == SIGHUP)
		c->sink.reopen(&c->sink);
	return signal != SIGTERM && signal != SIGINT;
}

static void catch_signals(struct collector *c)
{
	sigemptyset(&c->signals);
	sigaddset(&c->signals, SIGTERM);
	sigaddset(&c->signals, SIGINT);
	sigaddset(&c->signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &c->signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is a full disk */
}

/* Who does not know what was handed over goes by when that was written. */
static void load(struct collector *c)
{
	const char *wrong = state_load(&c->ledger, c->state);

	if (!wrong)
		return;
	say(c->state, wrong);
	fputs("sockmendctl: counting anew; events older than that file are "
	      "not handed over again\n",
	      stderr);
}

static int collect(struct collector *c)
{
	struct timespec now;
	const char *wrong = state_lock(c->state, false);

	if (wrong) {
		say(c->state, wrong);
		return EXIT_FAIL;
	}
	catch_signals(c);
	clock_gettime(CLOCK_REALTIME, &now);
	c->forwarding.started = (double)now.tv_sec + (double)now.tv_nsec / 1e9;
	load(c);
	go_round(c);
	notify("READY=1");
	while (rest(c))
		go_round(c);
	notify("STOPPING=1");
	go_round(c);
	write_metrics(c);
	return EXIT_OK;
}

static bool take_sink(struct collector *c, struct sink sink)
{
	const bool first = !c->sink.put;

	c->sink = sink;
	return first;
}

static bool take_interval(struct collector *c, const char *text)
{
	if (interval_read(text, &c->interval))
		return true;
	fprintf(stderr, "sockmendctl: --interval %s: want " INTERVAL_WANTS "\n",
		text);
	return false;
}

static bool take_option(struct collector *c, int option)
{
	switch (option) {
	case 's':
		return take_sink(c, sink_to_syslog());
	case 'j':
		return take_sink(c, sink_to_journald());
	case 'f':
		return *optarg && take_sink(c, sink_to_file(optarg));
	case 'm':
		c->metrics = optarg;
		return *optarg;
	case 'S':
		c->state = optarg;
		return *optarg;
	case 'i':
		return take_interval(c, optarg);
	default:
		return false;
	}
}

static bool read_options(int argc, char **argv, struct collector *c)
{
	static const struct option options[] = {
		{"syslog", no_argument, NULL, 's'},
		{"journald", no_argument, NULL, 'j'},
		{"file", required_argument, NULL, 'f'},
		{"metrics", required_argument, NULL, 'm'},
		{"state", required_argument, NULL, 'S'},
		{"interval", required_argument, NULL, 'i'},
		{0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!take_option(c, option))
			return false;
	return optind == argc && (c->sink.put || c->metrics);
}

int collect_main(int argc, char **argv)
{
	struct collector c = {.interval = INTERVAL};
	int status;

	if (!read_options(argc, argv, &c))
		return usage_error(argv[0]);
	rundirs_say_refused();
	if (!c.sink.put)
		c.sink = sink_to_nobody();
	if (!c.state &&
	    !journal_dirs_file(COLLECT_LEDGER, true, c.usual_state)) {
		say("collect", "there is no place of ours for its state; "
			       "name one with --state");
		return EXIT_FAIL;
	}
	if (!c.state)
		c.state = c.usual_state;
	status = collect(&c);
	state_free(&c.ledger);
	return status;
}
