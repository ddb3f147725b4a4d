/* SPDX-License-Identifier: MIT
 * Replaces a file at once and whole.
 */
#ifndef SOCKMEND_WRITE_ATOMIC_H
#define SOCKMEND_WRITE_ATOMIC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* `path` has these bytes then, on disk, or what it had before: a reader never
 * finds a part. An existing file keeps its mode, a new one gets `mode`. Only
 * a regular file is ever replaced; a symbolic link is followed unless
 * another user could have put it there. NULL, or what is wrong. */
const char *replace_file(const char *path, const void *bytes, size_t len,
			 mode_t mode);

/* The same with whatever the name stands for now, a link too, and always with
 * this mode. */
const char *replace_name(const char *path, const void *bytes, size_t len,
			 mode_t mode);

/* May a symbolic link at this place be another user's trap: is the directory
 * of `path` one that others may write in? */
bool others_may_write_beside(const char *path);

#endif
