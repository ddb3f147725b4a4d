/* SPDX-License-Identifier: MIT
 * One configuration text in memory, and how to get it there safely.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config_file.h"

/* In a user namespace a user without a number there is shown as this one: root
 * of the machine too, who owns /etc. */
static bool may_be_hidden_root(uid_t owner)
{
	char map[64] = "";
	const int fd = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
	const ssize_t len = fd < 0 ? 0 : read(fd, map, sizeof map - 1);

	if (fd >= 0)
		close(fd);
	return owner == 65534 && len > 0 && !strstr(map, "4294967295");
}

/* NULL when the file may be read and trusted, else why not. */
static const char *refusal(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "want a regular file";
	if (st->st_uid != 0 && st->st_uid != geteuid() &&
	    !may_be_hidden_root(st->st_uid))
		return "want a file that root owns, or you";
	if (st->st_mode & S_IWOTH)
		return "want a file not everybody may write to";
	if (st->st_size > SOURCE_MAX)
		return "want at most 65536 bytes";
	return NULL;
}

static const char *unreadable(struct pool *pool)
{
	return pool_print(pool, "want a readable file: %s", strerror(errno));
}

/* One byte more than fits shows a file that grew since it was looked at. */
static const char *read_all(int fd, struct pool *pool, struct source *source)
{
	ssize_t got;

	do {
		got = read(fd, source->text + source->len,
			   SOURCE_MAX + 1 - source->len);
		if (got < 0 && errno != EINTR)
			return unreadable(pool);
		source->len += got > 0 ? (size_t)got : 0;
	} while (got && source->len <= SOURCE_MAX);
	if (source->len > SOURCE_MAX)
		return "want at most 65536 bytes";
	return NULL;
}

static const char *read_file(int fd, struct pool *pool, struct source *source)
{
	struct stat st;
	const char *wrong;

	if (fstat(fd, &st))
		return unreadable(pool);
	wrong = refusal(&st);
	if (wrong)
		return wrong;
	source->device = st.st_dev;
	source->inode = st.st_ino;
	source->text = pool_take(pool, SOURCE_MAX + 2);
	return read_all(fd, pool, source);
}

bool source_read(const char *path, struct location blame, struct pool *pool,
		 struct source *source, struct config_errors *complaint)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	const char *wrong;

	*source = (struct source){.name = path};
	wrong = fd < 0 ? unreadable(pool) : read_file(fd, pool, source);
	if (fd >= 0)
		close(fd);
	if (!wrong)
		return true;
	if (blame.file)
		return config_error(complaint, blame, "include = \"%s\": %s",
				    path, wrong);
	return config_error(complaint, (struct location){path, 0}, "%s", wrong);
}
