/* SPDX-License-Identifier: MIT
 * Reads below /proc/PID without trusting sizes, and below its root without
 * following anything out of it.
 */
#include "procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "file_rights.h"

#define WORDS_MAX (4u << 20)

int proc_open(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof path, "/proc/%d", (int)pid);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static ssize_t read_some(int fd, char *out, size_t room)
{
	ssize_t got;

	do
		got = read(fd, out, room);
	while (got < 0 && errno == EINTR);
	return got;
}

void proc_read_text(int proc, const char *name, char *out, size_t room)
{
	const int fd = openat(proc, name, O_RDONLY | O_CLOEXEC);
	const ssize_t got = fd < 0 ? 0 : read_some(fd, out, room - 1);

	out[got > 0 ? got : 0] = 0;
	if (fd >= 0)
		close(fd);
}

void proc_read_link(int proc, const char *name, char out[PATH_MAX])
{
	const ssize_t len = readlinkat(proc, name, out, PATH_MAX - 1);

	out[len > 0 ? len : 0] = 0;
}

FILE *proc_open_stream(int proc, const char *name)
{
	const int fd = openat(proc, name, O_RDONLY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (fd >= 0 && !file)
		close(fd);
	return file;
}

DIR *proc_open_dir(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	return opendir(path);
}

struct proc_words proc_read_words(int proc, const char *name)
{
	const int fd = openat(proc, name, O_RDONLY | O_CLOEXEC);
	struct proc_words w = {NULL, 0};
	ssize_t got = 1;

	for (size_t room = 4096; fd >= 0 && got > 0 && room <= WORDS_MAX;
	     room *= 2) {
		char *more = realloc(w.bytes, room);

		if (!more)
			break;
		w.bytes = more;
		while (w.len < room - 1 && got > 0) {
			got = read_some(fd, w.bytes + w.len, room - 1 - w.len);
			w.len += got > 0 ? (size_t)got : 0;
		}
		w.bytes[w.len] = 0;
	}
	if (fd >= 0)
		close(fd);
	return w;
}

const char *proc_variable(const struct proc_words *environment,
			  const char *name)
{
	const char *end = environment->bytes + environment->len;
	const size_t len = strlen(name);

	for (const char *at = environment->bytes; at < end;
	     at += strlen(at) + 1)
		if (!strncmp(at, name, len) && at[len] == '=')
			return at + len + 1;
	return "";
}

static bool same_root(int root)
{
	struct stat theirs, ours;

	return !fstat(root, &theirs) && !stat("/", &ours) &&
	       theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino;
}

/* Before openat2(2) only a root that is ours as well can be trusted not to
 * lead elsewhere: there a path is just that path. */
static int find_below(int root, const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	const long fd = syscall(SYS_openat2, root, path, &how, sizeof how);

	if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
		return (int)fd;
	if (same_root(root))
		return open(path, O_PATH | O_CLOEXEC);
	errno = EACCES;
	return -1;
}

/* A pseudo file system (proc, sysfs, debugfs …) has no blocks, and opening one
 * of its files may do something. */
static bool is_pseudo(int found)
{
	struct statfs fs;

	return fstatfs(found, &fs) ||
	       (!fs.f_blocks && (unsigned long)fs.f_type != TMPFS_MAGIC &&
		(unsigned long)fs.f_type != RAMFS_MAGIC);
}

/* Opening a device or a FIFO does something: only a file is opened. */
static int open_file(int found)
{
	struct stat st;
	char path[64];

	if (fstat(found, &st))
		return -1;
	if (!S_ISREG(st.st_mode) || is_pseudo(found)) {
		errno = S_ISREG(st.st_mode) ? ENOTSUP : EINVAL;
		return -1;
	}
	snprintf(path, sizeof path, "/proc/self/fd/%d", found);
	return open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static int open_below(int root, const char *path)
{
	const int found = find_below(root, path);
	int fd, error;

	if (found < 0)
		return -1;
	fd = open_file(found);
	error = errno;
	close(found);
	errno = error;
	return fd;
}

int proc_open_own_path(pid_t pid, const char *path)
{
	int fd;

	if (!file_rights_take(pid))
		return -1;
	fd = proc_open_path(pid, path);
	file_rights_restore();
	return fd;
}

int proc_open_path(pid_t pid, const char *path)
{
	char root[32];
	int dir, fd, error;

	snprintf(root, sizeof root, "/proc/%d/root", (int)pid);
	dir = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -1;
	fd = open_below(dir, path);
	error = errno;
	close(dir);
	errno = error;
	return fd;
}
