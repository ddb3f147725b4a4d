/* SPDX-License-Identifier: MIT
 * Every directory of journals this user may read: its own, and for root those
 * of all users.
 */
#ifndef SOCKMEND_JOURNAL_DIRS_H
#define SOCKMEND_JOURNAL_DIRS_H

#include "rundir.h"

struct journal_dir {
	char path[RUNDIR_PATH_MAX];
	uid_t owner; /* of the directory, and of every journal in it */
	int fd;
};

struct journal_dirs {
	unsigned count;
	struct journal_dir *of;
};

/* Those that are there. With SOCKMEND_RUNDIR that one alone. */
struct journal_dirs journal_dirs_open(void);

/* The journals there, oldest first; of another user's the newest 1024. To be
 * freed with free(names.of). */
struct journal_names journal_dir_list(const struct journal_dir *dir);

void journal_dirs_close(struct journal_dirs *dirs);

/* The first place for journals that is ours, with "/NAME" behind it: where
 * we keep a file of our own. With `make` it is made if there is none. False
 * when there is no such place. */
bool journal_dirs_file(const char *name, bool make, char out[RUNDIR_PATH_MAX]);

#endif
