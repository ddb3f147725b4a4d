/* SPDX-License-Identifier: MIT
 * Access to files with the user and groups of another process.
 */
#ifndef SOCKMEND_FILE_RIGHTS_H
#define SOCKMEND_FILE_RIGHTS_H

#include <stdbool.h>
#include <sys/types.h>

/* From here on files are opened as the user who started process `pid` would
 * open them. Only root changes anything: others stay themselves. False, with
 * errno, when that is not possible. */
bool file_rights_take(pid_t pid);

/* Undo it; errno is kept. */
void file_rights_restore(void);

#endif
