/* SPDX-License-Identifier: MIT
 * Saying what was done: into the journal, and on stderr if asked.
 *
 * Recording takes no lock, allocates nothing, and may be done in a signal
 * handler and in the watch task. errno is left alone. What it costs,
 * state/journal_file.h says.
 */
#ifndef SOCKMEND_JOURNAL_WRITE_H
#define SOCKMEND_JOURNAL_WRITE_H

#include "core/events.h"
#include "state/journal_file.h"
#include "state/fdtable.h"

/* An event of this process on `fd`: rule, mode, process and detail filled in,
 * not the addresses. `done` is cut to EVENT_DETAIL_MAX bytes. */
struct event event_of(enum event_id id, int fd, const struct rule *rule,
		      const char *done);

/* The same with addresses, direction and cookie, for which the kernel and the
 * slot are asked. */
struct event event_on(enum event_id id, int fd, const struct fd_entry *slot,
		      const char *done);

/* Record it. `time` 0: now, by the vdso, where the watch task may not go. */
void event_record(struct event *e);

/* The same inside a read: without a system call. */
void event_record_later(struct event *e);

/* `what` could not be done; the kernel said `error` (an errno). */
void record_failure(int fd, const struct rule *rule, const char *what,
		    int error);

#endif
