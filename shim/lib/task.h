/* SPDX-License-Identifier: MIT
 * Tasks libc does not know of, made by clone(2): what runs in them uses no
 * libc function, no TLS and no errno, and no signal reaches them.
 */
#ifndef SOCKMEND_TASK_H
#define SOCKMEND_TASK_H

#define TASK_STACK 65536 /* bytes, and a guard of the same size below */

/* While it is not 0 no task of ours may be made: threads of the program are in
 * calls that want a process with one task (watch_pause). */
extern _Atomic int task_pauses;

/* Memory for the stack of one task at a time, or NULL. */
char *task_stack(void);

/* Run `run`, which must end with task_end(), on the stack. *tid is not 0 while
 * it exists; the kernel clears it and wakes who waits on it (a futex, not a
 * private one). Its number, or -errno. */
long task_make(char *stack, _Atomic int *tid, void (*run)(void));

/* In a task: setuid() of the program does not reach it, so it must not keep
 * what the program may give up. 0, or -errno. */
long task_drop_capabilities(void);

/* Of a task that was just made, by the thread that made it: it has that
 * thread's scheduling class, and beside a thread of a real-time class that spins
 * it would never run. In SCHED_OTHER the kernel keeps a share of the processor
 * for it (sched_rt_runtime_us, sched(7)). */
void task_leave_realtime(int number);

/* In a task: from here on it has an empty table of descriptors of its own. 0,
 * or -errno: it still shares the program's. */
long task_leave_files(void);

void task_wait(_Atomic int *tid);

/* *tid is cleared a moment before the kernel has put the task away; until then
 * the process has one task too many for unshare(2) and setns(2). */
void task_wait_gone(int number);

_Noreturn void task_end(void);

#endif
