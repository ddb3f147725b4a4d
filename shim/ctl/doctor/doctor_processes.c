/* SPDX-License-Identifier: MIT
 * Descriptors: how many a program has open, and how many it may have.
 */
#include "doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "procfs.h"

static const char meaning[] = "when a program has no descriptor left, accept() "
			      "and socket() fail with "
			      "EMFILE; leaked connections are the usual reason";

/* 0 when it may not be read, or there is no limit. */
static unsigned long soft_limit(pid_t pid)
{
	static const char label[] = "Max open files";
	char text[4096];
	const char *line;
	int proc = proc_open(pid);

	if (proc < 0)
		return 0;
	proc_read_text(proc, "limits", text, sizeof text);
	close(proc);
	line = strstr(text, label);
	return line ? strtoul(line + strlen(label), NULL, 10) : 0;
}

static unsigned long count_open(pid_t pid)
{
	DIR *directory = proc_open_dir(pid, "fd");
	const struct dirent *entry;
	unsigned long count = 0;

	if (!directory)
		return 0;
	while ((entry = readdir(directory)))
		count += *entry->d_name != '.';
	closedir(directory);
	return count;
}

static enum severity judge(unsigned long open, unsigned long limit)
{
	if (!limit || !open)
		return SEVERITY_UNKNOWN;
	if (open > limit / 10 * 9)
		return SEVERITY_WARNING;
	return open > limit / 2 ? SEVERITY_NOTE : SEVERITY_WELL;
}

static void look_at(struct target *patient, const struct process *process)
{
	struct pool *pool = &patient->findings.pool;
	const unsigned long open = count_open(process->pid);
	const unsigned long limit = soft_limit(process->pid);
	const struct finding finding = {
		.severity = judge(open, limit),
		.story = STORY_ROOM,
		.subject = pool_print(pool, "%s[%d], open descriptors",
				      process->name, process->pid),
		.value = pool_print(pool, "%lu of %lu (RLIMIT_NOFILE)", open,
				    limit),
		.meaning = meaning,
		.rule = symptom_rule_if_so(pool, SYMPTOM_LEAK),
		.risk = symptoms[SYMPTOM_LEAK].risk,
	};

	/* Of a whole machine only those are told that are in need. */
	if (!patient->whole || finding.severity < SEVERITY_UNKNOWN)
		findings_add(&patient->findings, &finding);
}

void doctor_processes(struct target *patient)
{
	for (unsigned i = 0; i < patient->processes.count; i++)
		look_at(patient, &patient->processes.of[i]);
}
