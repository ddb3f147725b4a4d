/* SPDX-License-Identifier: MIT
 * The processes of the program: who they are, and who of them is left.
 */
#include "tracked.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pidfd_socket.h"
#include "array_grow.h"
#include "socket_owners.h"
#include "procfs.h"

#define CHILDREN_EVERY 1000 /* milliseconds: all of /proc is looked through */

/* The file it runs. Who may not look sees none. */
static bool read_exe(pid_t pid, uint64_t exe[2])
{
	char path[32];
	struct stat st;

	snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
	if (stat(path, &st))
		return false;
	exe[0] = st.st_dev;
	exe[1] = st.st_ino;
	return true;
}

/* In ticks since boot. The name before it may hold anything. */
static unsigned long long start_of(pid_t pid)
{
	const int proc = proc_open(pid);
	unsigned long long started = 0;
	char text[1024];
	const char *at;

	if (proc < 0)
		return 0;
	proc_read_text(proc, "stat", text, sizeof text);
	close(proc);
	at = strrchr(text, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (at)
		started = strtoull(at, NULL, 10);
	return started;
}

static void read_comm(pid_t pid, char comm[64])
{
	const int proc = proc_open(pid);

	*comm = 0;
	if (proc < 0)
		return;
	proc_read_text(proc, "comm", comm, 64);
	close(proc);
}

/* An interpreter's scripts have the name of the script. */
static bool runs_program(const struct attach *a, pid_t pid)
{
	uint64_t exe[2];
	char comm[64];

	if (!read_exe(pid, exe) || exe[0] != a->exe[0] || exe[1] != a->exe[1])
		return false;
	if (!a->is_script)
		return true;
	read_comm(pid, comm);
	return !strcmp(comm, a->comm);
}

static bool is_script(const struct process *p, const char *comm)
{
	const char *slash = strrchr(p->exe, '/');
	const size_t len = strcspn(comm, "\n");

	return strncmp(slash ? slash + 1 : p->exe, comm, len) != 0;
}

static void add(struct attach *a, pid_t pid, int pidfd)
{
	a->followed = grow(a->followed, a->followed_count, sizeof *a->followed);
	a->followed[a->followed_count++] =
		(struct tracked_process){pidfd, {.pid = pid}};
}

/* What is read of it while it lives is of this process and of no later one
 * with its number. */
static int identify(struct attach *a, pid_t pid, int pidfd)
{
	pool_return(&a->pool);
	a->pool = (struct pool){NULL};
	if (!process_read(pid, &a->program, &a->pool))
		return errno;
	if (!read_exe(pid, a->exe))
		return errno;
	a->started = start_of(pid);
	read_comm(pid, a->comm);
	a->is_script = is_script(&a->program, a->comm);
	a->renamed = true;
	return process_lives(pidfd) ? 0 : ESRCH;
}

int follow(struct attach *a, pid_t pid)
{
	const int pidfd = pidfd_of(pid);
	int error;

	if (pidfd < 0)
		return errno;
	error = identify(a, pid, pidfd);
	if (error)
		close(pidfd);
	else
		add(a, pid, pidfd);
	return error;
}

static bool is_followed(const struct attach *a, pid_t pid)
{
	for (unsigned i = 0; i < a->followed_count; i++)
		if (a->followed[i].process.pid == pid)
			return true;
	return false;
}

/* Whose parent ended before we looked has sockets of its all the same. (So
 * has who forked it, and what that forked beside it.) */
static bool has_socket_of(const struct attach *a, pid_t pid)
{
	struct process p = {.pid = pid};
	struct pool pool = {NULL};
	bool found = false;

	process_read_descriptors(&p, &pool);
	for (unsigned i = 0; !found && i < a->tracked_socket.count; i++) {
		const uint64_t inode = a->tracked_socket.of[i].socket.inode;

		found = inode && process_descriptor_of(&p, inode) >= 0;
	}
	pool_return(&pool);
	return found;
}

static bool is_forked(const struct attach *a, pid_t pid)
{
	pid_t parent;

	if (!runs_program(a, pid))
		return false;
	parent = parent_of(pid);
	if (is_followed(a, parent))
		return true;
	return !runs_program(a, parent) && start_of(pid) > a->started &&
	       has_socket_of(a, pid);
}

/* Once for each. */
static void note_refused(struct attach *a, pid_t pid, int error)
{
	for (unsigned i = 0; i < a->refused_count; i++)
		if (a->refused[i] == pid)
			return;
	a->refused = grow(a->refused, a->refused_count, sizeof *a->refused);
	a->refused[a->refused_count++] = pid;
	fprintf(stderr,
		"sockmendctl: %s[%d], which it forked, is not followed: "
		"%s\n",
		a->program.name, (int)pid, grip_fault(error));
}

/* Held first and looked at again then: its number may be another's now. */
static void follow_child(struct attach *a, pid_t pid)
{
	const int pidfd = pidfd_of(pid);
	int error = pidfd < 0 ? errno : pidfd >= a->last_pidfd ? EMFILE : 0;

	if (!error && is_forked(a, pid) && process_lives(pidfd)) {
		error = grip_refused(pidfd);
		if (!error) {
			add(a, pid, pidfd);
			return;
		}
	}
	if (pidfd >= 0)
		close(pidfd);
	if (error && error != ESRCH && is_forked(a, pid))
		note_refused(a, pid, error);
}

void track_children(struct attach *a)
{
	DIR *all = opendir("/proc");
	const struct dirent *entry;

	while (all && (entry = readdir(all))) {
		const pid_t pid = atoi(entry->d_name);

		if (isdigit((unsigned char)*entry->d_name) &&
		    !is_followed(a, pid) && is_forked(a, pid))
			follow_child(a, pid);
	}
	if (all)
		closedir(all);
	a->children_due = a->now + CHILDREN_EVERY;
}

/* The named process may execute another program: it goes by its rules then,
 * as soon as we know which. A forked one that does is another program. */
static bool stays(struct attach *a, const struct tracked_process *f, bool named)
{
	if (!process_lives(f->pidfd))
		return false;
	if (runs_program(a, f->process.pid))
		return true;
	if (named)
		identify(a, f->process.pid, f->pidfd);
	return named;
}

bool track_refresh(struct attach *a)
{
	const pid_t named = a->program.pid;
	unsigned kept = 0;

	for (unsigned i = 0; i < a->followed_count; i++) {
		struct tracked_process *f = &a->followed[i];

		if (stays(a, f, f->process.pid == named))
			a->followed[kept++] = *f;
		else
			close(f->pidfd);
	}
	if (kept < a->followed_count)
		a->children_due = 0; /* one ended: which are left? */
	a->followed_count = kept;
	if (a->now >= a->children_due)
		track_children(a);
	return a->followed_count;
}

void followed_note_threads(const struct tracked_process *f)
{
	DIR *tasks = proc_open_dir(f->process.pid, "task");
	const struct dirent *entry;
	bool apart = false;

	while (tasks && (entry = readdir(tasks)))
		if (isdigit((unsigned char)*entry->d_name) &&
		    syscall(SYS_kcmp, f->process.pid, atoi(entry->d_name),
			    KCMP_FILES, 0, 0) > 0)
			apart = true;
	if (tasks)
		closedir(tasks);
	if (apart)
		fputs("sockmendctl: some of its threads have descriptors of "
		      "their own; those are not seen\n",
		      stderr);
}

void followed_free(struct attach *a)
{
	for (unsigned i = 0; i < a->followed_count; i++)
		close(a->followed[i].pidfd);
	free(a->followed);
	free(a->refused);
	pool_return(&a->pool);
}
