/* SPDX-License-Identifier: MIT
 * Reads /proc: who a process is, and which descriptors are sockets.
 */
#include "processes.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "core/journal.h"
#include "procfs.h"

#define LIBRARY "/libsockmend.so"
#define COMM_MAX 15 /* bytes of a name the kernel keeps */

static void read_status(int proc, struct process *p)
{
	char text[4096];
	const char *line;
	unsigned real, effective;

	proc_read_text(proc, "status", text, sizeof text);
	line = strstr(text, "\nUid:");
	if (line && sscanf(line, "\nUid: %u %u", &real, &effective) == 2)
		p->uid = effective;
	p->own_pid = p->pid;
	line = strstr(text, "\nNSpid:");
	if (!line)
		return;
	for (line += 7; *line == '\t'; line += strspn(line, "0123456789"))
		p->own_pid = atoi(++line);
}

static bool ends_with(const char *text, size_t len, const char *end)
{
	const size_t wanted = strlen(end);

	return len >= wanted && !memcmp(text + len - wanted, end, wanted);
}

/* PID-STARTED.journal, still there under that name. */
static bool is_journal_path(const char *path)
{
	const char *name = strrchr(path, '/');

	if (!name++)
		return false;
	name += strspn(name, "0123456789");
	if (*name++ != '-')
		return false;
	name += strspn(name, "0123456789");
	return !strcmp(name, JOURNAL_SUFFIX);
}

/* "7f00-7f10 rw-s 00000000 00:2a 812   /run/sockmend/1-2.journal" */
static void read_mapping(char *line, struct process *p, struct pool *pool)
{
	char *path = strchr(line, '/');
	unsigned long long inode;
	size_t len;
	char flags[8];

	if (!path)
		return;
	len = strcspn(path, "\n");
	path[len] = 0;
	if (ends_with(path, len, LIBRARY) ||
	    ends_with(path, len, LIBRARY " (deleted)"))
		p->mended = true;
	p->old_library |= ends_with(path, len, LIBRARY " (deleted)");
	if (!is_journal_path(path) ||
	    sscanf(line, "%*s %7s %*s %*s %llu", flags, &inode) != 2 ||
	    strcmp(flags, "rw-s"))
		return;
	p->journal = pool_copy(pool, path, len);
	p->journal_inode = inode;
}

/* 0, or an errno. Who has nothing mapped is a kernel thread or a zombie. */
static int read_maps(int proc, struct process *p, struct pool *pool)
{
	FILE *file = proc_open_stream(proc, "maps");
	char *line = NULL;
	size_t room = 0;
	int error = ESRCH;

	if (!file)
		return errno;
	errno = 0;
	while (getline(&line, &room, file) > 0) {
		error = 0;
		read_mapping(line, p, pool);
	}
	if (errno)
		error = errno;
	free(line);
	fclose(file);
	return error;
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The kernel names a process by what it was asked to execute. */
static bool is_called(const char *path, const char *comm)
{
	const char *base = base_of(path);

	return *base &&
	       (strlen(comm) < COMM_MAX ? !strcmp(base, comm)
					: !strncmp(base, comm, COMM_MAX));
}

/* What was executed: the first word of its command line that the kernel's
 * name for it fits (a script's is the second), else the first. */
static const char *guess_invoked(const struct proc_words *words,
				 const char *comm)
{
	const char *at = words->bytes;

	for (unsigned i = 0; i < 4 && at < words->bytes + words->len; i++) {
		if (is_called(at, comm))
			return at;
		at += strlen(at) + 1;
	}
	return words->len ? words->bytes : "";
}

static void choose_name(const char *comm, const char *app, struct process *p)
{
	const char *name = app;

	if (!*name)
		name = base_of(p->invoked);
	if (!*name || (!is_called(name, comm) && is_called(p->exe, comm)))
		name = *app ? app : base_of(p->exe);
	if (!*name)
		name = *comm ? comm : "?";
	snprintf(p->name, sizeof p->name, "%s", name);
}

/* The name the library decided on stands in the journal, unless that is the
 * journal of whom it was forked from: then it is the same all the same. */
static void read_name(int proc, struct process *p, struct pool *pool)
{
	char comm[64], exe[PATH_MAX];
	struct proc_words words, environment;

	proc_read_text(proc, "comm", comm, sizeof comm);
	comm[strcspn(comm, "\n")] = 0;
	proc_read_link(proc, "exe", exe);
	words = proc_read_words(proc, "cmdline");
	p->exe = pool_copy(pool, exe, strlen(exe));
	p->invoked = guess_invoked(&words, comm);
	p->invoked = pool_copy(pool, p->invoked, strlen(p->invoked));
	environment = proc_read_words(proc, "environ");
	choose_name(comm, proc_variable(&environment, "SOCKMEND_APP"), p);
	process_journal_name(p, p->name);
	free(environment.bytes);
	free(words.bytes);
}

static int read_identity(int proc, bool mended_only, struct process *p,
			 struct pool *pool)
{
	struct stat net;
	int error = read_maps(proc, p, pool);

	if (error || (mended_only && !p->mended))
		return error;
	if (fstatat(proc, "ns/net", &net, 0))
		return errno;
	p->netns = net.st_ino;
	read_status(proc, p);
	read_name(proc, p, pool);
	return 0;
}

static int read_process(pid_t pid, bool mended_only, struct process *p,
			struct pool *pool)
{
	const int proc = proc_open(pid);
	int error;

	memset(p, 0, sizeof *p);
	p->pid = pid;
	p->policy_from = p->exe = p->invoked = "";
	if (proc < 0)
		return errno == ENOENT ? ESRCH : errno;
	error = read_identity(proc, mended_only, p, pool);
	close(proc);
	return error == ENOENT ? ESRCH : error;
}

bool process_read(pid_t pid, struct process *process, struct pool *pool)
{
	errno = read_process(pid, false, process, pool);
	return !errno;
}

/* Ours, though the kernel may say it is root's: it has shut itself off. */
static bool is_ours(pid_t pid)
{
	const int proc = proc_open(pid);
	struct process p = {.uid = (uid_t)-1};

	if (proc < 0)
		return false;
	read_status(proc, &p);
	close(proc);
	return p.uid == geteuid() || !geteuid();
}

static void add_process(pid_t pid, bool mended_only, struct processes *out)
{
	struct process p;
	const int error = read_process(pid, mended_only, &p, &out->pool);

	if (error == EACCES || error == EPERM)
		out->hidden += is_ours(pid);
	if (error || (mended_only && !p.mended))
		return;
	if (p.uid != geteuid() && geteuid())
		return;
	out->of = pool_grow(&out->pool, out->of, out->count, sizeof p);
	out->of[out->count++] = p;
}

void processes_read(bool mended_only, struct processes *out)
{
	DIR *all = opendir("/proc");
	const struct dirent *entry;

	memset(out, 0, sizeof *out);
	while (all && (entry = readdir(all)))
		if (isdigit((unsigned char)*entry->d_name))
			add_process(atoi(entry->d_name), mended_only, out);
	if (all)
		closedir(all);
}

const char *processes_unseen(void)
{
	struct statfs fs;

	return !statfs("/proc", &fs) && fs.f_type == PROC_SUPER_MAGIC
		       ? NULL
		       : "/proc is not mounted (proc(5)): processes cannot be "
			 "seen";
}

static int by_inode(const void *a, const void *b)
{
	const struct descriptor *one = a, *two = b;

	if (one->inode != two->inode)
		return one->inode < two->inode ? -1 : 1;
	return one->fd - two->fd;
}

/* "socket:[812]", for every descriptor of a process: worth to be quick. */
static uint64_t socket_inode(int dir, const char *name)
{
	static const char start[] = "socket:[";
	char link[64];
	const ssize_t len = readlinkat(dir, name, link, sizeof link - 1);

	if (len < (ssize_t)sizeof start ||
	    memcmp(link, start, sizeof start - 1))
		return 0;
	link[len] = 0;
	return strtoull(link + sizeof start - 1, NULL, 10);
}

static void add_descriptor(struct process *p, int dir, const char *name,
			   struct pool *pool)
{
	const uint64_t inode = socket_inode(dir, name);

	if (!inode)
		return;
	p->descriptor = pool_grow(pool, p->descriptor, p->descriptors,
				  sizeof *p->descriptor);
	p->descriptor[p->descriptors++] =
		(struct descriptor){inode, atoi(name)};
}

void process_read_descriptors(struct process *process, struct pool *pool)
{
	DIR *stream = proc_open_dir(process->pid, "fd");
	const struct dirent *entry;

	if (!stream)
		return;
	while ((entry = readdir(stream)))
		if (isdigit((unsigned char)*entry->d_name))
			add_descriptor(process, dirfd(stream), entry->d_name,
				       pool);
	closedir(stream);
	if (process->descriptors)
		qsort(process->descriptor, process->descriptors,
		      sizeof *process->descriptor, by_inode);
}

int process_descriptor_of(const struct process *process, uint64_t inode)
{
	unsigned low = 0, high = process->descriptors;

	while (low < high) {
		const unsigned middle = (low + high) / 2;

		if (process->descriptor[middle].inode < inode)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == process->descriptors ||
	    process->descriptor[low].inode != inode)
		return -1;
	return process->descriptor[low].fd;
}
