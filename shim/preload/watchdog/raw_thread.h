/* SPDX-License-Identifier: MIT
 * Tasks libc does not know of, made by clone(2): what runs in them uses no
 * libc function, no TLS and no errno, and no signal reaches them.
 */
#ifndef SOCKMEND_RAW_THREAD_H
#define SOCKMEND_RAW_THREAD_H

#define RAW_THREAD_STACK 65536 /* bytes, and a guard of the same size below */

/* While it is not 0 no task of ours may be made: threads of the program are in
 * calls that want a process with one task (watchdog_stop). */
extern _Atomic int raw_thread_pauses;

/* Memory for the stack of one task at a time, or NULL. */
char *raw_thread_stack(void);

/* Run `run`, which must end with raw_thread_exit(), on the stack. *tid is not 0
 * while it exists; the kernel clears it and wakes who waits on it (a futex, not
 * a private one). Its number, or -errno. */
long raw_thread_start(char *stack, _Atomic int *tid, void (*run)(void));

/* In a task: setuid() of the program does not reach it, so it must not keep
 * what the program may give up. 0, or -errno. */
long raw_thread_drop_capabilities(void);

/* Of a task that was just made, by the thread that made it: it has that
 * thread's scheduling class, and beside a thread of a real-time class that
 * spins it would never run. In SCHED_OTHER the kernel keeps a share of the
 * processor for it (sched_rt_runtime_us, sched(7)). */
void raw_thread_leave_realtime(int number);

/* In a task: from here on it has an empty table of descriptors of its own. 0,
 * or -errno: it still shares the program's. */
long raw_thread_unshare_files(void);

void raw_thread_join(_Atomic int *tid);

/* *tid is cleared a moment before the kernel has put the task away; until then
 * the process has one task too many for unshare(2) and setns(2). */
void raw_thread_wait_gone(int number);

_Noreturn void raw_thread_exit(void);

#endif
