/* SPDX-License-Identifier: MIT
 * Files of a system whose root is some directory: links in it mean what they
 * would mean there. Read whole, replaced at once.
 */
#ifndef SOCKMEND_ROOTFS_H
#define SOCKMEND_ROOTFS_H

#include <stdbool.h>
#include <stddef.h>

#include "pool.h"

struct root {
	int fd;
	const char *path; /* "" for the system itself */
};

bool root_open(const char *path, struct root *root);

/* As openat(2), `path` being absolute. */
int root_open_file(const struct root *root, const char *path, int flags);

/* The text of a regular file of at most 1 MB, terminated; NULL with errno. */
char *root_read(const struct root *root, const char *path, struct pool *pool);

/* The same where a link in the file's place is an error (ELOOP). */
char *root_read_own(const struct root *root, const char *path,
		    struct pool *pool);

/* The names in a directory in strcmp(3)'s order; 0 when it is not there. */
unsigned root_list(const struct root *root, const char *path, struct pool *pool,
		   const char ***names);

/* How many directories `path` needs that are not there yet. */
int root_missing(const struct root *root, const char *path);

/* The first directory on the way to the file `path`, or the file itself, that
 * not every user may pass or read; NULL when all may. */
const char *root_closed(const struct root *root, const char *path,
			struct pool *pool);

/* Put `text` there as a file of mode 0644, whole or not at all, making the
 * directories it needs, of mode 0755. False with errno. */
bool root_write(const struct root *root, const char *path, const char *text);

/* Remove the file, if there is one, and up to `dirs` directories above it
 * while they are empty. False, with errno, when the file is still there. */
bool root_remove(const struct root *root, const char *path, int dirs);

#endif
