/* SPDX-License-Identifier: MIT
 * The watch task: sleeps until the earliest deadline, then has mend/timeout.c
 * look.
 *
 * It exists only while a deadline is armed. It is made by clone(2) as a task
 * libc does not know of, so that libc's single-thread paths stay, the process
 * ends when its own threads have ended, and no signal ever reaches it. What
 * runs in it uses no libc function, no TLS and no errno.
 */
#ifndef SOCKMEND_WATCHDOG_H
#define SOCKMEND_WATCHDOG_H

#include "state/fd_lock.h"

#define NEVER INT64_MAX /* nothing more to look for */
#define LOST INT64_C(-1) /* the number is another socket or connection now */

/* Look at `fd`, which is tracked, in `milliseconds`. Starts the task if there
 * is none, wakes it if it would sleep past that. Program threads only; thread
 * and signal safe. */
void watchdog_arm(int fd, struct fd_entry *slot, int64_t milliseconds);

/* The same, for the task itself. */
void watchdog_requeue(int fd, int64_t milliseconds);

/* Before a call that wants a process with one task: end ours, and let none be
 * started, until as many calls of watchdog_restart follow. Any number of
 * threads may do so at once. Between the two all signals of the thread are
 * blocked; *signals is its mask. */
void watchdog_stop(uint64_t *signals);
void watchdog_restart(uint64_t signals);

/* In a child of fork: start a task of its own if anything is armed. */
void watchdog_after_fork(void);

/* ---- what the watch task calls, defined in mend/ ---- */

/* Look at a held connection or listener, and act if it is time. Runs in the
 * watch task. Milliseconds to the next look, NEVER or LOST. */
int64_t timeout_check(struct locked_fd *h);

/* After the listener was unlocked: if its queue had waited, find the connection
 * in the way and end it. */
void supersede_after_check(void);

#endif
