/* SPDX-License-Identifier: MIT
 * sockmendctl doctor: to which of the stories is this machine exposed, or a
 * program that runs on it?
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "doctor.h"
#include "duration.h"
#include "in_force.h"
#include "json.h"
#include "netns.h"
#include "term_wrap.h"

enum { ALL = 'a', JSON = 'j', STRICT = 's', SILENCE = 'q' };

struct arguments {
	bool all, json, strict;
	int64_t silence; /* milliseconds */
	const char *who; /* NULL: the machine */
};

static void say_unknown(struct target *patient, const char *subject,
			const char *why)
{
	findings_add(&patient->findings,
		     &(struct finding){.severity = SEVERITY_UNKNOWN,
				       .story = STORY_ROOM,
				       .subject = subject,
				       .value = why,
				       .meaning = "it was not looked at"});
}

/* Programs in containers have a network, and settings, of their own. */
static void keep_to_one_network(struct target *patient)
{
	struct processes *all = &patient->processes;
	const uint64_t there = netns_of(patient->pid);
	unsigned kept = 0;

	for (unsigned i = 0; i < all->count; i++)
		if (all->of[i].netns == there)
			all->of[kept++] = all->of[i];
	if (kept < all->count && !patient->whole)
		say_unknown(patient, "processes in other network namespaces",
			    pool_print(&patient->findings.pool, "%u",
				       all->count - kept));
	all->count = kept;
}

/* False when no program of that name runs here. */
static bool choose(struct target *patient, const char *who)
{
	processes_read(false, &patient->processes);
	patient->whole = !who;
	if (!who && processes_unseen())
		say_unknown(patient, "processes", processes_unseen());
	if (who && !processes_choose(&patient->processes, who, true))
		return false;
	if (who)
		patient->pid = patient->processes.of[0].pid;
	keep_to_one_network(patient);
	for (unsigned i = 0; i < patient->processes.count; i++)
		process_read_descriptors(&patient->processes.of[i],
					 &patient->processes.pool);
	return true;
}

static void examine(struct target *patient)
{
	const char *wrong =
		sockets_read(patient->pid, STATES_ALL, &patient->sockets);

	if (wrong)
		say_unknown(patient, "sockets", wrong);
	patient->owners = owners_of(&patient->processes);
	doctor_sockets(patient);
	doctor_destinations(patient);
	doctor_processes(patient);
	doctor_settings(patient);
	doctor_interfaces(patient);
	doctor_counters(patient);
}

static void print_json(const struct target *patient)
{
	const struct processes *p = &patient->processes;

	fputs("{\"programs\":", stdout);
	for (unsigned i = 0; i < p->count && !patient->whole; i++) {
		printf("%s{\"pid\":%d,", i ? "," : "[", p->of[i].pid);
		json_pair(stdout, "program", p->of[i].name);
		printf(",\"mended\":%s}", p->of[i].mended ? "true" : "false");
	}
	fputs(patient->whole ? "null" : "]", stdout);
	if (patient->policy_note) {
		putchar(',');
		json_pair(stdout, "policy_note", patient->policy_note);
	} else {
		fputs(",\"policy_note\":null", stdout);
	}
	fputs(",\"findings\":", stdout);
	findings_print_json(&patient->findings);
	puts("}");
}

static void say_whom(const struct target *patient)
{
	const struct processes *p = &patient->processes;
	struct terminal terminal = term_find();
	char who[96];

	for (unsigned i = 0; i < p->count && !patient->whole; i++) {
		snprintf(who, sizeof who, "%s[%d]: %s by sockmend",
			 p->of[i].name, p->of[i].pid,
			 p->of[i].mended ? "mended" : "not mended");
		term_write(&terminal, 4, "1", who);
		term_end_line(&terminal);
	}
}

static void print(const struct target *patient, const struct arguments *args)
{
	if (args->json) {
		print_json(patient);
		return;
	}
	say_whom(patient);
	findings_print(&patient->findings, args->all);
	fflush(stdout);
	if (patient->whole && processes_unseen())
		fprintf(stderr, "sockmendctl: %s\n", processes_unseen());
	if (patient->policy_note)
		fprintf(stderr, "sockmendctl: %s\n", patient->policy_note);
}

static void discharge(struct target *patient)
{
	free(patient->owners.of);
	sockets_free(&patient->sockets);
	pool_return(&patient->processes.pool);
	pool_return(&patient->findings.pool);
}

static int doctor(const struct arguments *args)
{
	struct target patient = {
		.silence = args->silence,
		.policy_note = in_force_note(in_force_now()),
	};
	int status = EXIT_OK;

	if (choose(&patient, args->who)) {
		examine(&patient);
		print(&patient, args);
		if (args->strict &&
		    findings_count(&patient.findings, SEVERITY_WARNING))
			status = EXIT_FAIL;
	} else {
		status = no_such_process(args->who);
	}
	discharge(&patient);
	return status;
}

int doctor_main(int argc, char **argv)
{
	static const struct option options[] = {
		{"all", no_argument, NULL, ALL},
		{"json", no_argument, NULL, JSON},
		{"strict", no_argument, NULL, STRICT},
		{"silence", required_argument, NULL, SILENCE},
		{0},
	};
	struct arguments args = {.silence = SILENCE_DEFAULT};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return usage_error(argv[0]);
		if (option == SILENCE &&
		    !(duration_read(optarg, &args.silence) &&
		      args.silence <= DAY)) {
			fputs("sockmendctl: --silence: expected 10ms-1d\n",
			      stderr);
			return usage_error(argv[0]);
		}
		args.all |= option == ALL;
		args.json |= option == JSON;
		args.strict |= option == STRICT;
	}
	if (argc - optind > 1)
		return usage_error(argv[0]);
	args.who = argv[optind];
	return doctor(&args);
}
