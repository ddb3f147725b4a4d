/* SPDX-License-Identifier: MIT
 * The journal a process has mapped: found by what /proc/PID/maps says of it,
 * so that stale files, however many, are never looked at.
 */
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal_read.h"
#include "procfs.h"
#include "processes.h"

/* The one that is mapped, or -1. */
static int only_this(int fd, uint64_t inode)
{
	struct stat st;

	if (fd >= 0 && !fstat(fd, &st) && st.st_ino == inode)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* A container's path is below its root; a chroot's is as we see it. */
static int open_journal(const struct process *p)
{
	int fd;

	if (!p->journal)
		return -1;
	fd = only_this(proc_open_path(p->pid, p->journal), p->journal_inode);
	if (fd >= 0)
		return fd;
	fd = open(p->journal,
		  O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return only_this(fd, p->journal_inode);
}

void process_journal_name(const struct process *process, char name[64])
{
	const int fd = open_journal(process);
	struct journal head;
	const size_t len = offsetof(struct journal, event);
	struct stat st;

	if (fd < 0)
		return;
	if (!fstat(fd, &st) && st.st_uid == process->uid &&
	    pread(fd, &head, len, 0) == (ssize_t)len &&
	    !memcmp(head.magic, JOURNAL_MAGIC, sizeof JOURNAL_MAGIC - 1) &&
	    *head.program) {
		memcpy(name, head.program, sizeof head.program);
		name[sizeof head.program - 1] = 0;
	}
	close(fd);
}

bool process_read_journal(const struct process *process,
			  struct journal *journal)
{
	const int fd = open_journal(process);
	bool read = false;

	if (fd < 0)
		return false;
	journal_read_open(fd, process->uid, 0, journal, &read);
	close(fd);
	return read;
}
