/* SPDX-License-Identifier: MIT
 * Finds directories of journals. A name says whose it ought to be; only when
 * it is that user's alone, and no link, is it one.
 */
#include "journal_dirs.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array_grow.h"
#include "core/journal.h"

#define TMP_DIRS_MAX 256
#define JOURNALS_OF_USER 1024

static bool is_known(const struct journal_dirs *dirs, const char *path)
{
	for (unsigned i = 0; i < dirs->count; i++)
		if (!strcmp(dirs->of[i].path, path))
			return true;
	return false;
}

static void add(struct journal_dirs *dirs, const char *path, uid_t owner)
{
	struct journal_dir *dir;
	int fd = is_known(dirs, path) ? -1 : rundir_open_of(path, owner);

	if (fd < 0)
		return;
	dirs->of = grow(dirs->of, dirs->count, sizeof *dirs->of);
	dir = &dirs->of[dirs->count++];
	snprintf(dir->path, sizeof dir->path, "%s", path);
	dir->owner = owner;
	dir->fd = fd;
}

static bool read_user(const char *text, uid_t *user)
{
	char *end;
	unsigned long number;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	number = strtoul(text, &end, 10);
	*user = (uid_t)number;
	return !errno && !*end && number == *user;
}

static int by_number(const void *a, const void *b)
{
	const uid_t one = *(const uid_t *)a, two = *(const uid_t *)b;

	return (one > two) - (one < two);
}

/* PARENT/PREFIXuserBELOW, for every user there is: at most `most`, those with
 * the lowest numbers. Numbers that a user can take for himself (subuid(5)) are
 * higher than those of services and of people. */
static void add_users(struct journal_dirs *dirs, const char *parent,
		      const char *prefix, const char *below, unsigned most)
{
	DIR *stream = opendir(parent);
	struct dirent *entry;
	char path[RUNDIR_PATH_MAX];
	uid_t *user = NULL;
	unsigned users = 0;

	while (stream && (entry = readdir(stream))) {
		const char *name = entry->d_name;

		if (strncmp(name, prefix, strlen(prefix)))
			continue;
		user = grow(user, users, sizeof *user);
		users += read_user(name + strlen(prefix), &user[users]);
	}
	if (stream)
		closedir(stream);
	if (users)
		qsort(user, users, sizeof *user, by_number);
	for (unsigned i = 0; i < users && i < most; i++) {
		snprintf(path, sizeof path, "%s/%s%u%s", parent, prefix,
			 user[i], below);
		add(dirs, path, user[i]);
	}
	free(user);
}

/* Where `enable` sends those of a service that does not run as root. Nobody
 * but root makes names in /run, so who owns the directory is its user. */
static void add_services(struct journal_dirs *dirs)
{
	DIR *stream = opendir("/run");
	struct dirent *entry;
	char path[RUNDIR_PATH_MAX];
	struct stat st;

	while (stream && (entry = readdir(stream))) {
		if (strncmp(entry->d_name, "sockmend-", 9))
			continue;
		snprintf(path, sizeof path, "/run/%s", entry->d_name);
		if (stat(path, &st))
			continue;
		snprintf(path, sizeof path, "/run/%s/journals", entry->d_name);
		add(dirs, path, st.st_uid);
	}
	if (stream)
		closedir(stream);
}

struct journal_dirs journal_dirs_open(void)
{
	const char *named = getenv("SOCKMEND_RUNDIR");
	const struct rundirs own = rundirs_find();
	struct journal_dirs dirs = {0};

	for (unsigned i = 0; i < own.count; i++)
		add(&dirs, own.path[i], geteuid());
	if (geteuid() || (named && *named))
		return dirs;
	add_services(&dirs);
	add_users(&dirs, "/run/user", "", RUNDIR_USER_SUBDIR, UINT_MAX);
	add_users(&dirs, "/tmp", "sockmend-", "", TMP_DIRS_MAX);
	return dirs;
}

struct journal_names journal_dir_list(const struct journal_dir *dir)
{
	return rundir_list(dir->fd,
			   dir->owner == geteuid() ? 0 : JOURNALS_OF_USER);
}

void journal_dirs_close(struct journal_dirs *dirs)
{
	for (unsigned i = 0; i < dirs->count; i++)
		close(dirs->of[i].fd);
	free(dirs->of);
	*dirs = (struct journal_dirs){0};
}

static bool is_ours(const char *path)
{
	const int fd = rundir_open(path);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

bool journal_dirs_file(const char *name, bool make, char out[RUNDIR_PATH_MAX])
{
	const struct rundirs own = rundirs_find();

	for (unsigned i = 0; i < own.count; i++) {
		if (make)
			mkdir(own.path[i], 0700);
		if (!is_ours(own.path[i]))
			continue;
		return snprintf(out, RUNDIR_PATH_MAX, "%s/%s", own.path[i],
				name) < RUNDIR_PATH_MAX;
	}
	return false;
}
