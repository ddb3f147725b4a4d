/* SPDX-License-Identifier: MIT
 * sockmendctl end: ends the connections that its filters choose.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "end.h"
#include "socket_owners.h"
#include "core/strbuf.h"

struct arguments {
	struct end_search search;
	bool dry_run, yes;
};

static bool take_how(const char *word, enum end_how *how)
{
	static const char words[] = "eof|reset|destroy";
	const int index = word_index(words, word, (unsigned)strlen(word));

	*how = index < 0 ? END_EOF : (enum end_how)index;
	return index >= 0 || wrong_value("--how", word, words);
}

static bool take_number(const char *text, int *number)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	*number = (int)value;
	return *text >= '0' && *text <= '9' && !*end && !errno &&
	       value <= INT_MAX;
}

static bool read_target(const char *word, struct end_target *target)
{
	char pid[16];
	const size_t len = strcspn(word, ":");

	target->fd = -1;
	snprintf(pid, sizeof pid, "%.*s", (int)len, word);
	target->pid = len < sizeof pid ? pid_of_text(pid) : 0;
	return target->pid &&
	       (!word[len] || take_number(word + len + 1, &target->fd));
}

static bool take_target(const char *word, struct end_target *target)
{
	return read_target(word, target) ||
	       wrong_value("PID", word, "PID or PID:FD");
}

static bool take_option(int option, struct arguments *args)
{
	switch (option) {
	case 'H':
		return take_how(optarg, &args->search.how);
	case 'n':
		return args->dry_run = true;
	case 'y':
		return args->yes = true;
	default:
		return socket_filter_take(option, optarg, &args->search.filter);
	}
}

static bool read_options(int argc, char **argv, struct arguments *args)
{
	static const struct option options[] = {
		SOCKET_FILTER_OPTIONS,
		{"how", required_argument, NULL, 'H'},
		{"dry-run", no_argument, NULL, 'n'},
		{"yes", no_argument, NULL, 'y'},
		{0},
	};
	struct end_search *s = &args->search;
	int option;

	while ((option = getopt_long(argc, argv, "ny", options, NULL)) != -1)
		if (!take_option(option, args))
			return false;
	s->target = pool_take(&s->pool, (size_t)argc * sizeof *s->target);
	for (; optind < argc; optind++)
		if (!take_target(argv[optind], &s->target[s->targets++]))
			return false;
	if (s->targets || s->filter.states || s->filter.program ||
	    s->filter.has_local || s->filter.has_peer)
		return true;
	fputs("sockmendctl: end: which connections? Name at least one filter\n",
	      stderr);
	return false;
}

static void list(const struct end_search *s)
{
	for (unsigned i = 0; i < s->matches; i++) {
		end_print(&s->match[i]);
		putchar('\n');
	}
	fflush(stdout);
}

static void note_others(const struct end_search *s)
{
	if (s->orphans)
		fprintf(stderr,
			"sockmendctl: %u matching without a process "
			"(TIME_WAIT, closed by its program, or not accepted "
			"yet): --how destroy ends them\n",
			s->orphans);
	if (s->foreign)
		fprintf(stderr,
			"sockmendctl: %u matching of processes that "
			"may not be inspected%s\n",
			s->foreign, geteuid() ? ": root may" : "");
}

/* One is ended at once, more only when that is confirmed. */
static bool is_confirmed(const struct arguments *args)
{
	char answer[16];

	if (args->yes || args->search.matches == 1)
		return true;
	list(&args->search);
	if (!isatty(STDIN_FILENO)) {
		fprintf(stderr,
			"sockmendctl: %u connections match, and none "
			"was ended: -y ends them all\n",
			args->search.matches);
		return false;
	}
	fprintf(stderr, "End these %u connections? [y/N] ",
		args->search.matches);
	return fgets(answer, sizeof answer, stdin) &&
	       (*answer == 'y' || *answer == 'Y');
}

static bool end_all(const struct end_search *s)
{
	bool all = true;

	for (unsigned i = 0; i < s->matches; i++) {
		const char *text;

		all &= end_do(&s->match[i], s->how, &text);
		end_print(&s->match[i]);
		printf(": %s\n", text);
		fflush(stdout);
	}
	return all;
}

static int end(struct arguments *args)
{
	struct end_search *s = &args->search;
	const bool all_there = end_find(s);
	bool well = s->matches > 0;

	note_others(s);
	if (!s->matches && all_there)
		fputs("sockmendctl: no connection matches\n", stderr);
	if (well && args->dry_run)
		list(s);
	else if (well)
		well = is_confirmed(args) && end_all(s);
	return well && all_there ? EXIT_OK : EXIT_FAIL;
}

int end_main(int argc, char **argv)
{
	struct arguments args = {0};
	int status;

	if (!read_options(argc, argv, &args))
		status = usage_error(argv[0]);
	else
		status = end(&args);
	end_free(&args.search);
	return status;
}
