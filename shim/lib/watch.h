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

/* Look at `fd` in `milliseconds`: its slot is KEPT now and filled. Starts the
 * task if there is none, wakes it if it would sleep past that. Program
 * threads only; thread and signal safe. */
void watch_arm(int fd, struct slot *slot, int64_t milliseconds);

/* End the task and wait for it; true when there was one. Then a call that
 * wants a process with one task may be made, and watch_again after it. */
bool watch_pause(void);

/* Arm the task again for every slot that is ARMED. */
void watch_again(void);

/* The same, but leave it to the next watch_arm to make the task. */
void watch_later(void);

/* The rules have changed: look at everything that is armed now. */
void watch_renew(void);

/* In a child of fork: start a task of its own if anything is armed. */
void watch_forked(void);

#endif
