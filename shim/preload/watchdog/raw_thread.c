/* SPDX-License-Identifier: MIT
 * Tasks libc does not know of, made by clone(2).
 */
#include "watchdog/raw_thread.h"

#include <errno.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include "sys/raw_syscall.h"
#include "sys/kernel.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE 2u
#endif

#define SHARED                                                                 \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |    \
	 CLONE_SYSVSEM | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

_Atomic int raw_thread_pauses;

char *raw_thread_stack(void)
{
	char *stack = kernel_mmap(2 * RAW_THREAD_STACK);

	if (stack)
		sys3(SYS_mprotect, stack, RAW_THREAD_STACK, PROT_NONE);
	return stack;
}

long raw_thread_start(char *stack, _Atomic int *tid, void (*run)(void))
{
	void **top = (void **)(void *)(stack + 2 * RAW_THREAD_STACK) - 4;
	uint64_t all = ~UINT64_C(0), before = 0;
	long made;

	sys4(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, 8);
	made = raw_clone(SHARED, top, (int *)tid, run);
	sys4(SYS_rt_sigprocmask, SIG_SETMASK, &before, 0, 8);
	return made;
}

/* Without capabilities the question is skipped, for there are sandboxes that
 * end a process that asks. */
long raw_thread_drop_capabilities(void)
{
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2];

	memset(data, 0, sizeof data);
	if (sys2(SYS_capget, &head, data) ||
	    !(data[0].permitted | data[1].permitted))
		return 0;
	memset(data, 0, sizeof data);
	return sys2(SYS_capset, &head, data);
}

void raw_thread_leave_realtime(int number)
{
	const struct sched_param none = {.sched_priority = 0};
	const long class = sys1(SYS_sched_getscheduler, 0);

	if (class > 0 && class != SCHED_BATCH && class != SCHED_IDLE)
		sys3(SYS_sched_setscheduler, number, SCHED_OTHER, &none);
}

/* Not by a clone without CLONE_FILES, nor by unshare: in a copy of the table
 * what the program closes would live on, its port in use, its FIN not sent. The
 * kernel's own copy on the way here is of 64 descriptors, and short. */
long raw_thread_unshare_files(void)
{
	const long failed =
		sys3(SYS_close_range, 0, UINT_MAX, CLOSE_RANGE_UNSHARE);

	/* Before Linux 5.9 a copy is all there is, for some microseconds. */
	return failed == -ENOSYS ? sys1(SYS_unshare, CLONE_FILES) : failed;
}

void raw_thread_join(_Atomic int *tid)
{
	int now;

	while ((now = *tid))
		sys4(SYS_futex, tid, FUTEX_WAIT, now, 0);
}

/* Not for ever: the number may be another task's by now, and a sandbox may
 * refuse the question, which is an answer. */
void raw_thread_wait_gone(int number)
{
	const struct timespec nap = {0, 1000000};
	const int pid = kernel_pid();

	for (int tries = 0; number && tries < 300; tries++) {
		if (sys3(SYS_tgkill, pid, number, 0))
			return;
		if (tries < 200)
			sys0(SYS_sched_yield);
		else
			sys2(SYS_nanosleep, &nap, NULL);
	}
}

_Noreturn void raw_thread_exit(void)
{
	for (;;)
		sys1(SYS_exit, 0);
}
