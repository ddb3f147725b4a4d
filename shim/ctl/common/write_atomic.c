/* SPDX-License-Identifier: MIT
 * Replaces a file: a new one beside it, synced, takes its name.
 */
#include "write_atomic.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void directory_of(const char *path, char out[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	const int len = slash ? (int)(slash - path) : 0;

	if (!slash)
		strcpy(out, ".");
	else
		snprintf(out, PATH_MAX, "%.*s", len ? len : 1, path);
}

bool others_may_write_beside(const char *path)
{
	char dir[PATH_MAX];
	struct stat st;

	directory_of(path, dir);
	if (stat(dir, &st))
		return true;
	if (st.st_uid && st.st_uid != geteuid())
		return true;
	return (st.st_mode & S_IWOTH) != 0;
}

static bool write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t wrote = write(fd, bytes, len);

		if (wrote < 0 && errno != EINTR)
			return false;
		if (wrote > 0) {
			bytes += wrote;
			len -= (size_t)wrote;
		}
	}
	return true;
}

/* fd is closed in any case; close(2) too can tell of a full disk. */
static bool fill(int fd, const void *bytes, size_t len, mode_t mode)
{
	const bool written =
		write_all(fd, bytes, len) && !fchmod(fd, mode) && !fsync(fd);
	const int error = errno;

	if (close(fd))
		return false;
	errno = error;
	return written;
}

/* The name must be on disk too before anybody is told that it is done. */
static bool sync_directory(const char *path)
{
	char dir[PATH_MAX];
	bool synced;
	int fd;

	directory_of(path, dir);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	synced = fd >= 0 && !fsync(fd);
	if (fd >= 0)
		close(fd);
	return synced;
}

const char *replace_name(const char *path, const void *bytes, size_t len,
			 mode_t mode)
{
	char temporary[PATH_MAX + 8];
	int fd, error;

	snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return strerror(errno);
	if (fill(fd, bytes, len, mode) && !rename(temporary, path))
		return sync_directory(path) ? NULL : strerror(errno);
	error = errno;
	unlink(temporary);
	return strerror(error);
}

static const char *replace_link(const char *path, const void *bytes, size_t len,
				mode_t mode)
{
	char target[PATH_MAX];

	if (others_may_write_beside(path))
		return "a symbolic link where others may write";
	if (!realpath(path, target))
		return strerror(errno);
	return replace_file(target, bytes, len, mode);
}

const char *replace_file(const char *path, const void *bytes, size_t len,
			 mode_t mode)
{
	struct stat st;

	if (strlen(path) >= PATH_MAX)
		return strerror(ENAMETOOLONG);
	if (lstat(path, &st))
		return replace_name(path, bytes, len, mode);
	if (S_ISLNK(st.st_mode))
		return replace_link(path, bytes, len, mode);
	if (!S_ISREG(st.st_mode))
		return "not a regular file";
	return replace_name(path, bytes, len, st.st_mode & 07777);
}
