/* SPDX-License-Identifier: MIT
 * Lists journals, and removes old ones. Only what is ours, nothing followed.
 */
#include "rundir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/journal.h"

#define DEAD_KEPT 64

static void add_dir(struct rundirs *dirs, const char *base, const char *below)
{
	int len = snprintf(dirs->path[dirs->count], RUNDIR_PATH_MAX, "%s%s",
			   base, below);

	if (len < RUNDIR_PATH_MAX)
		dirs->count++;
}

struct rundirs rundirs_find(void)
{
	const char *named = getenv("SOCKMEND_RUNDIR");
	const char *session = getenv("XDG_RUNTIME_DIR");
	struct rundirs dirs = {0};
	char user[16];

	if (named && *named) {
		add_dir(&dirs, named, "");
		return dirs;
	}
	snprintf(user, sizeof user, "%u", geteuid());
	add_dir(&dirs, RUNDIR_SYSTEM, "");
	if (session && *session)
		add_dir(&dirs, session, RUNDIR_USER_SUBDIR);
	add_dir(&dirs, RUNDIR_TMP_PREFIX, user);
	return dirs;
}

int rundir_open_of(const char *path, uid_t owner)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (dir < 0)
		return -1;
	if (!fstat(dir, &st) && st.st_uid == owner && !(st.st_mode & 077))
		return dir;
	close(dir);
	return -1;
}

int rundir_open(const char *path)
{
	return rundir_open_of(path, geteuid());
}

static void say_refused(const char *path)
{
	const unsigned us = geteuid();
	struct stat st;

	if (lstat(path, &st))
		return;
	if (!S_ISDIR(st.st_mode))
		fprintf(stderr,
			"sockmendctl: %s: refused: it is not a "
			"directory\n",
			path);
	else if (st.st_uid != us || st.st_mode & 077)
		fprintf(stderr,
			"sockmendctl: %s: refused: mode %04o, owner "
			"%u; a directory for journals has mode 0700 and owner "
			"%u\n",
			path, st.st_mode & 07777, st.st_uid, us);
}

void rundirs_say_refused(void)
{
	const struct rundirs dirs = rundirs_find();

	/* The system's belongs to root, and other users have their own. */
	for (unsigned i = 0; i < dirs.count; i++)
		if (!geteuid() || strcmp(dirs.path[i], RUNDIR_SYSTEM))
			say_refused(dirs.path[i]);
}

/* Digits, and nothing but digits, up to `end`. */
static bool read_number(const char **at, char end, int64_t max, int64_t *number)
{
	char *stop;

	if (**at < '1' || **at > '9')
		return false;
	errno = 0;
	*number = strtoll(*at, &stop, 10);
	if (errno || *number > max || *stop != end)
		return false;
	*at = stop + 1;
	return true;
}

bool journal_name_read(const char *text, struct journal_name *name)
{
	const char *at = text;
	int64_t pid;

	if (strlen(text) >= JOURNAL_NAME_MAX)
		return false;
	if (!read_number(&at, '-', INT32_MAX, &pid))
		return false;
	if (!read_number(&at, *JOURNAL_SUFFIX, INT64_MAX, &name->started))
		return false;
	if (strcmp(at - 1, JOURNAL_SUFFIX))
		return false;
	name->pid = (int32_t)pid;
	strcpy(name->text, text);
	return true;
}

static bool add_name(struct journal_names *names, const struct journal_name *n)
{
	/* Room doubles whenever the count reaches a power of two. */
	if (!(names->count & (names->count - 1))) {
		size_t room = names->count ? 2 * (size_t)names->count : 1;
		void *more = reallocarray(names->of, room, sizeof *n);

		if (!more)
			return false;
		names->of = more;
	}
	names->of[names->count++] = *n;
	return true;
}

int journal_name_order(const void *a, const void *b)
{
	const struct journal_name *one = a, *two = b;

	if (one->started != two->started)
		return one->started < two->started ? -1 : 1;
	return (one->pid > two->pid) - (one->pid < two->pid);
}

/* The oldest go. */
static void keep_newest(struct journal_names *names, unsigned most)
{
	if (!most || names->count <= most)
		return;
	memmove(names->of, names->of + names->count - most,
		most * sizeof *names->of);
	names->count = most;
}

struct journal_names rundir_list(int dir, unsigned most)
{
	struct journal_names names = {0};
	struct journal_name name;
	struct dirent *entry;
	DIR *stream;
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (copy < 0)
		return names;
	stream = fdopendir(copy);
	if (!stream) {
		close(copy);
		return names;
	}
	while ((!most || names.count < 16 * most) && (entry = readdir(stream)))
		if (journal_name_read(entry->d_name, &name) &&
		    !add_name(&names, &name))
			break;
	closedir(stream);
	if (names.count)
		qsort(names.of, names.count, sizeof name, journal_name_order);
	keep_newest(&names, most);
	return names;
}

/* Does a process still have it mapped? Its number says nothing of a process in
 * another PID namespace, or of a child that goes on. A mapping that can write
 * holds the file open for writing, and then the kernel grants no read lease
 * (fcntl(2)). Where there are no leases, and on overlayfs, whose mappings
 * belong to the file below, the number alone decides. */
static bool is_mapped(int dir, const char *name)
{
	const int fd = openat(dir, name,
			      O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
				      O_CLOEXEC);
	bool mapped;

	if (fd < 0)
		return false;
	mapped = fcntl(fd, F_SETLEASE, F_RDLCK) && errno == EAGAIN;
	fcntl(fd, F_SETLEASE, F_UNLCK);
	close(fd);
	return mapped;
}

/* A process number used again counts as alive: its journal stays longer. */
static bool is_dead(int dir, const struct journal_name *name)
{
	return kill(name->pid, 0) && errno == ESRCH &&
	       !is_mapped(dir, name->text);
}

static void prune(int dir)
{
	struct journal_names names = rundir_list(dir, 0);
	unsigned kept = 0;

	for (unsigned i = names.count; i-- > 0;) {
		if (!is_dead(dir, &names.of[i]))
			continue;
		if (++kept > DEAD_KEPT)
			unlinkat(dir, names.of[i].text, 0);
	}
	free(names.of);
}

void rundir_prune(void)
{
	struct rundirs dirs = rundirs_find();

	for (unsigned i = 0; i < dirs.count; i++) {
		int dir = rundir_open(dirs.path[i]);

		if (dir < 0)
			continue;
		prune(dir);
		close(dir);
	}
}
