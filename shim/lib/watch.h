/* SPDX-License-Identifier: MIT
 * The watch task: sleeps until the earliest deadline, then has due.c look.
 *
 * It exists only while a deadline is armed. It is made by clone(2) as a task
 * libc does not know of, so that libc's single-thread paths stay, the process
 * ends when its own threads have ended, and no signal ever reaches it. What
 * runs in it uses no libc function, no TLS and no errno.
 */
#ifndef SOCKMEND_WATCH_H
#define SOCKMEND_WATCH_H

#include "slots.h"

/* Look at `fd`, which is tracked, in `milliseconds`. Starts the task if there
 * is none, wakes it if it would sleep past that. Program threads only; thread
 * and signal safe. */
void watch_arm(int fd, struct slot *slot, int64_t milliseconds);

/* The same, for the task itself. */
void watch_requeue(int fd, int64_t milliseconds);

/* Before a call that wants a process with one task: end ours, and let none be
 * started, until as many calls of watch_resume follow. Any number of threads
 * may do so at once. Between the two all signals of the thread are blocked;
 * *signals is its mask. */
void watch_pause(uint64_t *signals);
void watch_resume(uint64_t signals);

/* The rules have changed: look at everything that is armed now. */
void watch_renew(void);

/* In a child of fork: start a task of its own if anything is armed. */
void watch_forked(void);

#endif
