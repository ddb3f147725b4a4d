/* SPDX-License-Identifier: MIT
 * The process we are in: its id, and its stderr.
 */
#ifndef SOCKMEND_PROCESS_H
#define SOCKMEND_PROCESS_H

#include <stdbool.h>

/* The process id without asking: a page that fork wipes remembers it. *is_child
 * is true once in a child, for the first to ask. Before Linux 4.14 there are
 * no such pages, and only process_forked tells of a child. */
int process_id(bool *is_child);

/* Would process_id answer without a system call? */
bool process_id_is_known(void);

/* In the child, straight after an interposed fork. */
void process_forked(void);

/* What descriptor 2 is now is the program's stderr, unless it was known. */
void process_remember_stderr(void);

/* Descriptor 2 was closed or replaced: it no longer is. */
void process_stderr_moved(void);

/* Is descriptor 2 still the program's stderr, and would it take a line at
 * once? Never wait for a full pipe, never die of a broken one. */
bool process_stderr_usable(void);

#endif
