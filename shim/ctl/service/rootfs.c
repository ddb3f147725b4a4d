/* SPDX-License-Identifier: MIT
 * Reads and replaces files below a root; the kernel keeps links inside it.
 */
#include "rootfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILE_MAX (1 << 20)

bool root_open(const char *path, struct root *root)
{
	root->path = strcmp(path, "/") ? path : "";
	root->fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return root->fd >= 0;
}

/* Kernels before 5.6 have no openat2(2), and some sandboxes hide it; the
 * system's own root needs none. */
int root_open_file(const struct root *root, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned long long)(flags | O_CLOEXEC),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	if (!*root->path)
		return open(path, flags | O_CLOEXEC);
	return (int)syscall(SYS_openat2, root->fd, path, &how, sizeof how);
}

static char *read_all(int fd, size_t size, struct pool *pool)
{
	char *text = pool_take(pool, size + 1);
	ssize_t got;

	for (size_t at = 0; at < size; at += (size_t)got) {
		got = read(fd, text + at, size - at);
		if (got < 0)
			return NULL;
		if (!got)
			break;
	}
	return text;
}

static char *read_file(const struct root *root, const char *path, int flags,
		       struct pool *pool)
{
	int fd = root_open_file(root, path,
				O_RDONLY | O_NONBLOCK | O_NOCTTY | flags);
	struct stat st;
	char *text = NULL;

	if (fd < 0)
		return NULL;
	errno = EINVAL;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size < FILE_MAX)
		text = read_all(fd, (size_t)st.st_size, pool);
	close(fd);
	return text;
}

char *root_read(const struct root *root, const char *path, struct pool *pool)
{
	return read_file(root, path, 0, pool);
}

char *root_read_own(const struct root *root, const char *path,
		    struct pool *pool)
{
	return read_file(root, path, O_NOFOLLOW, pool);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

unsigned root_list(const struct root *root, const char *path, struct pool *pool,
		   const char ***names)
{
	int fd = root_open_file(root, path, O_RDONLY | O_DIRECTORY);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	unsigned count = 0;

	*names = NULL;
	while (dir && (entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		*names = pool_grow(pool, *names, count, sizeof **names);
		(*names)[count++] =
			pool_copy(pool, entry->d_name, strlen(entry->d_name));
	}
	if (dir)
		closedir(dir);
	if (count)
		qsort(*names, count, sizeof **names, by_name);
	return count;
}

/* "/etc/systemd/x.conf" as "/etc/systemd"; "/etc" as "/". */
static void parent_of(const char *path, char out[PATH_MAX])
{
	const char *slash = strrchr(path, '/');

	snprintf(out, PATH_MAX, "%.*s", slash > path ? (int)(slash - path) : 1,
		 path);
}

static const char *name_in(const char *path)
{
	return strrchr(path, '/') + 1;
}

/* Do others have these permissions there? What is not there counts as yes. */
static bool others_may(const struct root *root, const char *path, mode_t what)
{
	const int fd = root_open_file(root, path, O_PATH);
	struct stat st;
	bool may;

	if (fd < 0)
		return errno == ENOENT;
	may = !fstat(fd, &st) && (st.st_mode & what) == what;
	close(fd);
	return may;
}

const char *root_closed(const struct root *root, const char *path,
			struct pool *pool)
{
	char *part = pool_copy(pool, path, strlen(path));

	for (char *slash = part + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = 0;
		if (!others_may(root, part, S_IXOTH))
			return part;
		*slash = '/';
	}
	return others_may(root, part, S_IROTH) ? NULL : part;
}

int root_missing(const struct root *root, const char *path)
{
	char parent[PATH_MAX];
	int fd;

	parent_of(path, parent);
	fd = root_open_file(root, parent, O_PATH);
	if (fd >= 0)
		close(fd);
	if (fd >= 0 || errno != ENOENT || !parent[1])
		return 0;
	return 1 + root_missing(root, parent);
}

/* The directory `path`, made if need be. */
static int open_dir(const struct root *root, const char *path)
{
	int fd = root_open_file(root, path, O_RDONLY | O_DIRECTORY), above;
	char parent[PATH_MAX];
	int error;

	if (fd >= 0 || errno != ENOENT || !path[1])
		return fd;
	parent_of(path, parent);
	above = open_dir(root, parent);
	if (above < 0)
		return -1;
	error = mkdirat(above, name_in(path), 0755) ? errno : 0;
	close(above);
	if (error && error != EEXIST) {
		errno = error;
		return -1;
	}
	fd = root_open_file(root, path, O_RDONLY | O_DIRECTORY);
	if (fd >= 0 && !error)
		fchmod(fd, 0755); /* whatever the umask is */
	return fd;
}

static bool fill(int fd, const char *text)
{
	size_t left = strlen(text);
	bool well = true;
	int error;

	while (well && left) {
		ssize_t put = write(fd, text, left);

		well = put >= 0 || errno == EINTR;
		text += put > 0 ? put : 0;
		left -= put > 0 ? (size_t)put : 0;
	}
	well = well && !fchmod(fd, 0644) && !fsync(fd);
	error = errno;
	if (close(fd))
		return false;
	errno = error;
	return well;
}

static bool replace(int dir, const char *name, const char *text)
{
	char temporary[NAME_MAX + 1];
	int fd, error;

	/* No ".conf" at its end: systemd does not read it meanwhile. */
	snprintf(temporary, sizeof temporary, ".sockmend.%ld", (long)getpid());
	unlinkat(dir, temporary, 0);
	fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    0600);
	if (fd < 0)
		return false;
	if (fill(fd, text) && !renameat(dir, temporary, dir, name))
		return !fsync(dir);
	error = errno;
	unlinkat(dir, temporary, 0);
	errno = error;
	return false;
}

bool root_write(const struct root *root, const char *path, const char *text)
{
	char parent[PATH_MAX];
	int dir, error;
	bool well;

	parent_of(path, parent);
	dir = open_dir(root, parent);
	if (dir < 0)
		return false;
	well = replace(dir, name_in(path), text);
	error = errno;
	close(dir);
	errno = error;
	return well;
}

static bool remove_in(const struct root *root, const char *path, int flags)
{
	char parent[PATH_MAX];
	int dir, error;
	bool well;

	parent_of(path, parent);
	dir = root_open_file(root, parent, O_RDONLY | O_DIRECTORY);
	if (dir < 0)
		return false;
	well = !unlinkat(dir, name_in(path), flags);
	error = errno;
	close(dir);
	errno = error;
	return well;
}

bool root_remove(const struct root *root, const char *path, int dirs)
{
	char above[PATH_MAX], next[PATH_MAX];

	if (!remove_in(root, path, 0) && errno != ENOENT)
		return false;
	parent_of(path, above);
	while (dirs-- > 0 && remove_in(root, above, AT_REMOVEDIR)) {
		parent_of(above, next);
		strcpy(above, next);
	}
	return true;
}
