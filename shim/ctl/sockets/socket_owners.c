/* SPDX-License-Identifier: MIT
 * Whose sockets are these? And: which processes does a name mean?
 */
#include "socket_owners.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"

static int by_inode(const void *a, const void *b)
{
	const struct owner *x = a, *y = b;

	if (x->inode != y->inode)
		return x->inode < y->inode ? -1 : 1;
	return (x->process > y->process) - (x->process < y->process);
}

static unsigned count_descriptors(const struct processes *processes)
{
	unsigned count = 0;

	for (unsigned i = 0; i < processes->count; i++)
		count += processes->of[i].descriptors;
	return count;
}

struct owners owners_of(const struct processes *processes)
{
	const unsigned room = count_descriptors(processes);
	struct owners owners = {0, calloc(room + 1, sizeof *owners.of)};

	if (!owners.of)
		return owners;
	for (unsigned i = 0; i < processes->count; i++) {
		const struct process *p = &processes->of[i];

		for (unsigned d = 0; d < p->descriptors; d++)
			owners.of[owners.count++] =
				(struct owner){p->descriptor[d].inode, p};
	}
	qsort(owners.of, owners.count, sizeof *owners.of, by_inode);
	return owners;
}

/* The first of equals, which is the parent's. */
const struct process *owner_find(const struct owners *owners, uint64_t inode)
{
	unsigned low = 0, high = owners->count;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (owners->of[middle].inode < inode)
			low = middle + 1;
		else
			high = middle;
	}
	if (!inode || low == owners->count || owners->of[low].inode != inode)
		return NULL;
	return owners->of[low].process;
}

pid_t pid_of_text(const char *who)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(who, &end, 10);
	if (end == who || *end || errno || number <= 0 || number > INT_MAX)
		return 0;
	return (pid_t)number;
}

/* The name before it may hold anything. */
pid_t parent_of(pid_t pid)
{
	char path[32], text[512] = "", *end;
	FILE *stat;
	int parent = 0;

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	stat = fopen(path, "re");
	if (!stat)
		return 0;
	text[fread(text, 1, sizeof text - 1, stat)] = '\0';
	fclose(stat);
	end = strrchr(text, ')');
	return end && sscanf(end, ") %*c %d", &parent) == 1 ? parent : 0;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_called(const struct process *p, const char *who)
{
	if (strchr(who, '/'))
		return !strcmp(p->exe, who) || !strcmp(p->invoked, who);
	return !strcmp(p->name, who) || !strcmp(base_name(p->exe), who) ||
	       !strcmp(base_name(p->invoked), who);
}

static bool is_meant(const struct process *p, const char *who)
{
	const pid_t pid = pid_of_text(who);

	return pid ? p->pid == pid : is_called(p, who);
}

/* Is it, or one of its parents, named? Bounded: pids can be reused while
 * we look, and then go round in circles. */
static bool descends(const struct process *p, const char *who,
		     const struct processes *all)
{
	pid_t pid = p->pid;

	for (int depth = 0; pid > 1 && depth < 64; depth++) {
		for (unsigned i = 0; i < all->count; i++)
			if (all->of[i].pid == pid && is_meant(&all->of[i], who))
				return true;
		pid = parent_of(pid);
	}
	return false;
}

unsigned processes_choose(struct processes *all, const char *who, bool children)
{
	bool *wanted = pool_take(&all->pool, all->count + 1);
	unsigned kept = 0;

	for (unsigned i = 0; i < all->count; i++)
		wanted[i] = children ? descends(&all->of[i], who, all)
				     : is_meant(&all->of[i], who);
	for (unsigned i = 0; i < all->count; i++)
		if (wanted[i])
			all->of[kept++] = all->of[i];
	all->count = kept;
	return kept;
}

static const char *why_nobody(const char *who)
{
	struct pool pool = {0};
	struct process process;
	bool hidden;

	errno = ESRCH;
	if (pid_of_text(who))
		process_read(pid_of_text(who), &process, &pool);
	hidden = errno == EACCES;
	pool_return(&pool);
	if (processes_unseen())
		return processes_unseen();
	if (hidden)
		return "this process may not be looked into: ask as its user, "
		       "or as root";
	return geteuid() ? "no such process of this user's runs here"
			 : "no such process runs here";
}

int no_such_process(const char *who)
{
	const char *why = why_nobody(who);

	fputs("sockmendctl: ", stderr);
	for (const char *c = who; *c; c++)
		fputc(*c >= ' ' && *c < 127 ? *c : '?', stderr);
	fprintf(stderr, ": %s\n", why);
	return EXIT_FAIL;
}
