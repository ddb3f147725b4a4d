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
#include "apart.h"

#include <errno.h>
#include <linux/futex.h>
#include <stddef.h>
#include <time.h>

#include "bare.h"
#include "hold.h"
#include "kernel.h"
#include "slots.h"
#include "task.h"

enum { ABSENT, STARTING, READY, ENDING };
enum { REST, WORK, LEAVE };

static struct {
	_Atomic int tid;
	int number;	   /* the task's, also when it has ended */
	_Atomic int state; /* ABSENT, STARTING, READY or ENDING */
	_Atomic int turn;  /* futex: what the task is to do */
	long failed;	   /* why it did not get READY */
	void (*work)(void);
	char *stack;
} apart;

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

/* What is waited for comes, and in microseconds: even where nobody sleeps,
 * and where the wake was swallowed. */
static void wait_while(_Atomic int *word, int value)
{
	const struct timespec soon = { 0, 20000000 };

	if (!sleep_while(word, value, &soon))
		return;
	while (*word == value)
		sys0(SYS_sched_yield);
}

static void serve(void)
{
	while (!sleep_while(&apart.turn, REST, NULL) && apart.turn == WORK) {
		apart.work();
		set_and_wake(&apart.turn, REST);
	}
}

static void apart_run(void)
{
	apart.failed = task_drop_capabilities();
	if (!apart.failed)
		apart.failed = task_leave_files();
	set_and_wake(&apart.state, apart.failed ? ENDING : READY);
	if (!apart.failed)
		serve();
	task_end();
}

static long make(void)
{
	long made;

	if (!apart.stack)
		apart.stack = task_stack();
	if (!apart.stack)
		return -ENOMEM;
	apart.turn = REST;
	made = task_make(apart.stack, &apart.tid, apart_run);
	if (made < 0)
		return made;
	apart.number = (int)made;
	wait_while(&apart.state, STARTING);
	if (!apart.failed)
		return 0;
	task_wait(&apart.tid);
	return apart.failed;
}

/* With all signals blocked: a handler that never returns would leave STARTING
 * behind. */
long apart_make(void)
{
	int state = apart.state;
	uint64_t signals;
	long failed;

	if (state != ABSENT)
		return state == READY ? 0 : -EAGAIN;
	signals = signals_block();
	failed = -EAGAIN;
	if (atomic_compare_exchange_strong(&apart.state, &state, STARTING)) {
		/* A vfork child shares our memory, but its tasks end with it. */
		if (!task_pauses && kernel_pid() == slots_pid())
			failed = make();
		if (failed)
			apart.state = ABSENT;
	}
	signals_restore(signals);
	return failed;
}

long apart_do(void (*work)(void))
{
	const long failed = apart_make();
	long woken;

	if (failed)
		return failed;
	apart.work = work;
	woken = set_and_wake(&apart.turn, WORK);
	if (woken < 0)
		return woken;
	wait_while(&apart.turn, WORK);
	return 0;
}

/* By the watch task as it ends, and by a thread that pauses it: the second one
 * waits for the first. */
void apart_end(void)
{
	const struct timespec nap = { 0, 1000000 };
	int state = READY;

	while (apart.state == STARTING)
		sys0(SYS_sched_yield);
	if (atomic_compare_exchange_strong(&apart.state, &state, ENDING) &&
	    set_and_wake(&apart.turn, LEAVE) >= 0) {
		task_wait(&apart.tid);
		task_wait_gone(apart.number);
		apart.state = ABSENT;
	}
	for (int tries = 0; apart.state == ENDING && tries < 300; tries++)
		sys2(SYS_nanosleep, &nap, NULL);
}

void apart_forget(void)
{
	apart.tid = 0;
	apart.state = ABSENT;
}
