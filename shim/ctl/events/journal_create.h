/* SPDX-License-Identifier: MIT
 * A journal written for a process from outside, in the library's layout.
 */
#ifndef SOCKMEND_JOURNAL_CREATE_H
#define SOCKMEND_JOURNAL_CREATE_H

#include <sys/types.h>

#include "core/journal.h"

/* A new journal of process `pid`, called `program`, in the first directory of
 * journals that is ours. NULL with *wrong. It is mapped until the end. */
struct journal *journal_make(pid_t pid, const char *program,
			     const char **wrong);

void journal_put(struct journal *journal, const struct event *event);

#endif
