/* SPDX-License-Identifier: MIT
 * A task with a descriptor table of its own.
 *
 * Leaving the program's table is not without a trace: close_range(2) copies
 * the first 64 descriptors before it closes them (Linux 5.9 to 6.18), and what
 * the program closes in those microseconds lives on in the copy, its port in
 * use, its lock held. So it is left once, while a thread of the program waits
 * for that inside one of its calls, and the task stays as long as the watch
 * task does. A program with one thread can never meet the copy.
 */
#include "watchdog/helper_thread.h"

#include <errno.h>
#include <linux/futex.h>
#include <stddef.h>
#include <time.h>

#include "sys/raw_syscall.h"
#include "state/fd_lock.h"
#include "sys/kernel.h"
#include "state/fdtable.h"
#include "watchdog/raw_thread.h"

enum { ABSENT, STARTING, READY, ENDING };
enum { REST, WORK, LEAVE };

static struct {
	_Atomic int tid;
	int number; /* the task's, also when it has ended */
	_Atomic int state; /* ABSENT, STARTING, READY or ENDING */
	_Atomic int turn; /* futex: what the task is to do */
	long failed; /* why it did not get READY */
	void (*work)(void);
	char *stack;
} helper;

/* < 0: a sandbox has no futex. */
static long set_and_wake(_Atomic int *word, int value)
{
	*word = value;
	return sys3(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1);
}

static long sleep_while(_Atomic int *word, int value,
			const struct timespec *at_most)
{
	long woken = 0;

	while (*word == value && (!woken || woken == -EAGAIN ||
				  woken == -EINTR || woken == -ETIMEDOUT))
		woken = sys4(SYS_futex, word, FUTEX_WAIT_PRIVATE, value,
			     at_most);
	return *word == value ? woken : 0;
}

/* What is waited for comes, and in microseconds: even where no thread sleeps,
 * and where the wake was swallowed. */
static void wait_while(_Atomic int *word, int value)
{
	const struct timespec soon = {0, 20000000};

	if (!sleep_while(word, value, &soon))
		return;
	while (*word == value)
		sys0(SYS_sched_yield);
}

static void serve(void)
{
	while (!sleep_while(&helper.turn, REST, NULL) && helper.turn == WORK) {
		helper.work();
		set_and_wake(&helper.turn, REST);
	}
}

static void helper_loop(void)
{
	helper.failed = raw_thread_drop_capabilities();
	if (!helper.failed)
		helper.failed = raw_thread_unshare_files();
	set_and_wake(&helper.state, helper.failed ? ENDING : READY);
	if (!helper.failed)
		serve();
	raw_thread_exit();
}

static long make(void)
{
	long made;

	if (!helper.stack)
		helper.stack = raw_thread_stack();
	if (!helper.stack)
		return -ENOMEM;
	helper.turn = REST;
	made = raw_thread_start(helper.stack, &helper.tid, helper_loop);
	if (made < 0)
		return made;
	helper.number = (int)made;
	wait_while(&helper.state, STARTING);
	if (!helper.failed)
		return 0;
	raw_thread_join(&helper.tid);
	return helper.failed;
}

/* With all signals blocked: a handler that never returns would leave STARTING
 * behind. */
long helper_start(void)
{
	int state = helper.state;
	uint64_t signals;
	long failed;

	if (state != ABSENT)
		return state == READY ? 0 : -EAGAIN;
	signals = signals_block();
	failed = -EAGAIN;
	if (atomic_compare_exchange_strong(&helper.state, &state, STARTING)) {
		/* A vfork child shares our memory, but its tasks end with it.
		 */
		if (!raw_thread_pauses && kernel_pid() == fdtable_pid())
			failed = make();
		if (failed)
			helper.state = ABSENT;
	}
	signals_restore(signals);
	return failed;
}

long helper_run(void (*work)(void))
{
	const long failed = helper_start();
	long woken;

	if (failed)
		return failed;
	helper.work = work;
	woken = set_and_wake(&helper.turn, WORK);
	if (woken < 0)
		return woken;
	wait_while(&helper.turn, WORK);
	return 0;
}

/* By the watch task as it ends, and by a thread that pauses it: the second one
 * waits for the first. */
void helper_stop(void)
{
	const struct timespec nap = {0, 1000000};
	int state = READY;

	while (helper.state == STARTING)
		sys0(SYS_sched_yield);
	if (atomic_compare_exchange_strong(&helper.state, &state, ENDING) &&
	    set_and_wake(&helper.turn, LEAVE) >= 0) {
		raw_thread_join(&helper.tid);
		raw_thread_wait_gone(helper.number);
		helper.state = ABSENT;
	}
	for (int tries = 0; helper.state == ENDING && tries < 300; tries++)
		sys2(SYS_nanosleep, &nap, NULL);
}

void helper_after_fork(void)
{
	helper.tid = 0;
	helper.state = ABSENT;
}
