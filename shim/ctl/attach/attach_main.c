/* SPDX-License-Identifier: MIT
 * sockmendctl attach: mends a running process from outside.
 *
 * For what cannot be preloaded, or must not be restarted. The process is
 * neither stopped nor traced, and nothing of it is held between two looks.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "ctl.h"
#include "actions.h"
#include "tracked.h"
#include "pidfd_socket.h"
#include "sd_notify.h"
#include "socket_owners.h"
#include "attach_rules.h"

#define SPARE_DESCRIPTORS 16 /* for what a round opens */
#define PAUSE_MIN 100 /* milliseconds between two looks */
#define PAUSE_MAX 1000
#define REST 9 /* times as long as a look took, so a tenth of a processor */

/* ---- may we? ---- */

static int refuse(const char *who, const char *why)
{
	fprintf(stderr, "sockmendctl: %s: %s\n", who, why);
	return EXIT_FAIL;
}

/* 0, or the exit status of what was said. */
static int begin(struct attach *a, const char *who)
{
	int error = follow(a, pid_of_text(who));

	if (error == ESRCH)
		return no_such_process(who);
	if (!error)
		error = grip_refused(a->followed->pidfd);
	if (error)
		return refuse(who, grip_fault(error));
	if (!a->program.mended || a->force)
		return 0;
	return refuse(who, "it is mended already, from inside; --force does "
			   "it from outside as well");
}

/* Are there rules to go by? */
static bool has_rules(struct attach *a, const char *text)
{
	a->renamed = false;
	if (!rules_choose(a, text))
		return false;
	if (a->program.policy.mode == MODE_OFF) {
		fputs("sockmendctl: mode = off: nothing is mended\n", stderr);
		return false;
	}
	if (a->program.policy.count)
		return true;
	fprintf(stderr, "sockmendctl: no rule means %s\n", a->program.name);
	return false;
}

/* A descriptor for each process that is followed. */
static int raise_descriptor_limit(void)
{
	struct rlimit limit = {1024, 1024};

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max < INT_MAX ? limit.rlim_max : INT_MAX;
	setrlimit(RLIMIT_NOFILE, &limit);
	return (int)limit.rlim_cur - SPARE_DESCRIPTORS;
}

/* ---- again and again ---- */

static int64_t processor_time(void)
{
	struct timespec used;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return used.tv_sec * INT64_C(1000) + used.tv_nsec / 1000000;
}

static int64_t pause_after(int64_t soonest, int64_t cost)
{
	int64_t pause = PAUSE_MAX;

	if (soonest < PAUSE_MAX)
		pause = soonest + tcp_tick();
	if (pause < PAUSE_MIN)
		pause = PAUSE_MIN;
	return pause > REST * cost ? pause : REST * cost;
}

/* Until the time is over, or a process has ended. */
static void rest(const struct attach *a, int64_t pause)
{
	struct pollfd *ends = calloc(a->followed_count, sizeof *ends);

	for (unsigned i = 0; ends && i < a->followed_count; i++)
		ends[i] = (struct pollfd){a->followed[i].pidfd, POLLIN, 0};
	poll(ends, ends ? a->followed_count : 0, (int)pause);
	free(ends);
}

static bool is_still_meant(struct attach *a, const char *text)
{
	if (!a->renamed)
		return true;
	if (a->program.mended && !a->force) {
		fprintf(stderr,
			"sockmendctl: it executed %s, mended from "
			"inside\n",
			a->program.name);
		return false;
	}
	return has_rules(a, text);
}

/* A new trouble, and its end, once each. Is there none? */
static bool is_well(const struct attach *a)
{
	static const char *told;

	if (a->trouble != told)
		fprintf(stderr, "sockmendctl: %s[%d]: its sockets: %s\n",
			a->program.name, a->program.pid,
			a->trouble ? a->trouble : "well again");
	told = a->trouble;
	return !told;
}

static int watch(struct attach *a, const char *text)
{
	notify("READY=1");
	while (track_refresh(a)) {
		const int64_t before = processor_time();
		int64_t soonest;

		if (!is_still_meant(a, text))
			return EXIT_FAIL;
		a->now = attach_clock();
		soonest = attach_scan(a);
		is_well(a);
		if (rules_shortest(a) < soonest)
			soonest = rules_shortest(a);
		rest(a, pause_after(soonest, processor_time() - before));
	}
	notify("STOPPING=1");
	return EXIT_OK;
}

/* ---- or once ---- */

static int look(struct attach *a)
{
	unsigned governed = 0;

	a->now = attach_clock();
	if (track_refresh(a))
		attach_scan(a);
	if (!is_well(a))
		return EXIT_FAIL;
	for (unsigned i = 0; i < a->tracked_socket.count; i++)
		governed += a->tracked_socket.of[i].rule != NULL;
	fprintf(stderr,
		"sockmendctl: %s[%d]: sockets %u, under a rule %u, "
		"events %u\n",
		a->program.name, a->program.pid, a->tracked_socket.count,
		governed, a->done);
	return EXIT_OK;
}

static int attach(struct attach *a, const char *who,
		  const struct config_args *choice)
{
	const char *text = rules_compile(choice);
	int status;

	if (!text)
		return EXIT_FAIL;
	a->last_pidfd = raise_descriptor_limit();
	status = begin(a, who);
	if (!status && !has_rules(a, text))
		status = EXIT_FAIL;
	if (status)
		return status;
	rules_note(a);
	followed_note_threads(a->followed);
	return a->watch ? watch(a, text) : look(a);
}

static bool take(int letter, struct attach *a, struct config_args *choice)
{
	switch (letter) {
	case 'n':
		return a->observe = true;
	case 'w':
		return a->watch = true;
	case 'f':
		return a->force = true;
	default:
		return config_args_take(letter, choice);
	}
}

static bool read_options(int argc, char **argv, struct attach *a,
			 struct config_args *choice)
{
	static const struct option options[] = {
		{"dry-run", no_argument, NULL, 'n'},
		{"watch", no_argument, NULL, 'w'},
		{"force", no_argument, NULL, 'f'},
		{0},
	};
	int letter;

	while ((letter = getopt_long(argc, argv, "nc:p:r:", options, NULL)) !=
	       -1)
		if (!take(letter, a, choice))
			return false;
	return argc - optind == 1;
}

static int attach_to(struct attach *a, const char *who,
		     const struct config_args *choice)
{
	if (pid_of_text(who))
		return attach(a, who, choice);
	fprintf(stderr, "sockmendctl: PID = %.80s: want a process number\n",
		who);
	return EXIT_USAGE;
}

int attach_main(int argc, char **argv)
{
	struct attach a = {0};
	struct config_args choice = {
		.rule = calloc((size_t)argc, sizeof *choice.rule)};
	int status;

	if (!choice.rule || !read_options(argc, argv, &a, &choice))
		status = usage_error(argv[0]);
	else
		status = attach_to(&a, argv[optind], &choice);
	followed_free(&a);
	fresh_close(&a);
	free(a.tracked_socket.of);
	free(choice.rule);
	return status;
}
