/* SPDX-License-Identifier: MIT
 * Where the policy text comes from: the environment, a file, or built in; and
 * whether that file has been replaced since.
 */
#ifndef SOCKMEND_POLICY_SOURCE_H
#define SOCKMEND_POLICY_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

/* Room for a policy text that was read from a file. */
#define ORIGIN_ROOM (65536 + 2)

/* Find the text. Its length, or 0 and *wrong: what is wrong, or NULL when there
 * is nothing to complain of. What a file says is put into *room, ORIGIN_ROOM
 * bytes that the caller releases; NULL when there was no need. */
size_t policy_source_find(const char **text, char **room, const char **wrong);

/* May the text be replaced while we run? Then it stands in a file. */
extern _Atomic bool origin_is_file;

/* Has it been, since we last read it? Asks at most once a second, and says
 * yes once. A file that is gone, or that another user put there (the program
 * may be in a chroot by now), has not replaced anything. Program threads only;
 * thread and signal safe. */
bool policy_source_changed(void);

/* Its path. */
const char *policy_source_path(void);

#endif
