/* SPDX-License-Identifier: MIT
 * Writes a journal as the library does (journal_write.c): readers cannot tell
 * whose hand it was.
 */
#include "journal_create.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "journal_dirs.h"

static int64_t realtime(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* Readers trust a head that has its magic, so that comes last. */
static void fill_head(struct journal *j, pid_t pid, const char *program,
		      int64_t now)
{
	j->version = JOURNAL_VERSION;
	j->event_size = sizeof(struct event);
	j->events = JOURNAL_EVENTS;
	j->pid = pid;
	j->started = now;
	snprintf(j->program, sizeof j->program, "%s", program);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	memcpy(j->magic, JOURNAL_MAGIC, sizeof j->magic);
}

/* Every byte must exist before it is mapped: a full disk is an error here
 * and would be SIGBUS there. */
static struct journal *map(int fd)
{
	void *at = MAP_FAILED;

	errno = posix_fallocate(fd, 0, sizeof(struct journal));
	if (!errno)
		at = mmap(NULL, sizeof(struct journal), PROT_READ | PROT_WRITE,
			  MAP_SHARED, fd, 0);
	return at == MAP_FAILED ? NULL : at;
}

struct journal *journal_make(pid_t pid, const char *program, const char **wrong)
{
	const int64_t now = realtime();
	char name[JOURNAL_NAME_MAX], path[RUNDIR_PATH_MAX];
	struct journal *made;
	int fd;

	*wrong = "there is no directory of ours for it";
	snprintf(name, sizeof name, "%d-%" PRId64 JOURNAL_SUFFIX, (int)pid,
		 now);
	if (!journal_dirs_file(name, true, path))
		return NULL;
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
		  0600);
	made = fd < 0 ? NULL : map(fd);
	*wrong = made ? NULL : strerror(errno);
	if (made)
		fill_head(made, pid, program, now);
	else if (fd >= 0)
		unlink(path);
	if (fd >= 0)
		close(fd);
	return made;
}

void journal_put(struct journal *j, const struct event *e)
{
	const uint64_t ticket =
		__atomic_fetch_add(&j->tickets, 1, __ATOMIC_RELAXED);
	struct event *at = &j->event[ticket % JOURNAL_EVENTS];

	__atomic_fetch_add(&j->counts[e->id], 1, __ATOMIC_RELAXED);
	__atomic_store_n(&at->seq, 0, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	memcpy((char *)at + sizeof at->seq, (const char *)e + sizeof e->seq,
	       sizeof *at - sizeof at->seq);
	__atomic_store_n(&at->seq, ticket + 1, __ATOMIC_RELEASE);
}
