/* SPDX-License-Identifier: MIT
 * The journal's writing side.
 *
 * An event costs one system call, process_vm_writev(2) to ourselves, and no
 * descriptor; a read's end of file costs none, and is saved at the close. It
 * takes no lock, allocates nothing, and may be put in a signal handler and in
 * the watch task. A process that has entered a sandbox makes no system call for
 * it: another process that shares the ring, its parent as a rule, saves its
 * events with the next of its own, or at its exit.
 */
#ifndef SOCKMEND_JOURNAL_FILE_H
#define SOCKMEND_JOURNAL_FILE_H

#include <stdbool.h>

#include "core/events.h"

/* Make the journal, once there is a socket to track. Without a place to
 * keep it events go nowhere (but to stderr, if asked). */
void journal_open(void);

/* The program sandboxes itself (seccomp(2)). */
void journal_sandboxed(void);

/* In a call that no sandboxed vfork child makes: what it switched off for its
 * own sake is on again for its parent. */
void journal_resume(void);

void journal_put(struct event *e);

/* The same without a system call: saved with the next event, or by
 * journal_catch_up. A process killed before then loses it. */
void journal_put_later(struct event *e);
void journal_catch_up(void);

/* May the kernel be asked for the sake of an event? */
bool journal_may_ask(void);

/* Save what sandboxed children left. False: there is no journal, or we may not
 * ask the kernel anything. */
bool journal_at_exit(void);

#endif
