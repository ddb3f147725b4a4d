/* SPDX-License-Identifier: MIT
 * A task with a descriptor table of its own, for what needs a descriptor: one
 * in the program's table would take a number, be seen, be inherited.
 */
#ifndef SOCKMEND_HELPER_THREAD_H
#define SOCKMEND_HELPER_THREAD_H

/* Make the task, unless there is one, and wait until it has left the program's
 * table. For program threads, before the watch task asks. 0, or -errno. */
long helper_start(void);

/* Run `work` in it, which may use no libc function, and wait for it. For the
 * watch task, which makes the task where there is none. 0, or -errno. */
long helper_run(void (*work)(void));

/* End it and wait until it is gone. */
void helper_stop(void);

/* In a child of fork: it stayed with the parent. */
void helper_after_fork(void);

#endif
