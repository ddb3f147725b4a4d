/* SPDX-License-Identifier: MIT
 * A task with a descriptor table of its own, for what needs a descriptor: one
 * in the program's table would take a number, be seen, be inherited.
 */
#ifndef SOCKMEND_APART_H
#define SOCKMEND_APART_H

/* Make the task, unless there is one, and wait until it has left the program's
 * table. For program threads, before the watch task asks. 0, or -errno. */
long apart_make(void);

/* Run `work` in it, which may use no libc function, and wait for it. For the
 * watch task, which makes the task where nobody did. 0, or -errno. */
long apart_do(void (*work)(void));

/* End it and wait until it is gone. */
void apart_end(void);

/* In a child of fork: it stayed with the parent. */
void apart_forget(void);

#endif
