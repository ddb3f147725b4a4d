/* SPDX-License-Identifier: MIT
 * The watch task.
 *
 * Two sides share little: a program thread leaves a request in a slot and sets
 * a bit (`pending`); the task moves such numbers into its heap, ordered by
 * deadline. A number that was closed meanwhile stays in the heap until its
 * deadline and is then removed, so closing costs nothing and the heap never
 * holds a number twice. What a number that was used again is looked at for, and
 * whether at all, is decided at the look (mend/timeout.c).
 *
 * `running` has one owner at a time: a thread that changes it from ABSENT to
 * STARTING, with all signals blocked, is the only one to make a task, and does
 * so only while no thread has paused the watch.
 *
 * Invariant: a thread that sets a bit of `pending` then looks at `running` and
 * `due`; the task, before it sleeps or ends, stores them and then looks at
 * `pending`. All of it is sequentially consistent, so one of the two sees the
 * other. Nothing below watchdog_run may call libc.
 */
#include "watchdog/watchdog.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <string.h>
#include <time.h>

#include "watchdog/helper_thread.h"
#include "sys/raw_syscall.h"
#include "sys/clock.h"
#include "state/context.h"
#include "state/journal_file.h"
#include "state/journal_write.h"
#include "state/fd_lock.h"
#include "sys/kernel.h"
#include "sys/races.h"
#include "watchdog/raw_thread.h"

/* Numbers that share a bit of `pending`: it is short enough to look through. */
#define GROUP 64
#define PENDING_WORDS (sizeof watch.pending / sizeof *watch.pending)

/* Deadlines are kept modulo 2^32 milliseconds: look at far ones early. */
#define FAR (20 * DAY)

/* Deadlines wait for one another, so that a wake-up serves many: each is moved
 * to the next whole granule, a power of two that is at most this part of the
 * time left, and at most that long. The clock is the machine's: so tasks of
 * different processes wake together as well. */
#define GRANULE_PART 4096
#define GRANULE_MAX 128 /* ms */

enum { ABSENT, STARTING, RUNNING };

static struct {
	_Atomic int tid; /* the kernel clears it when the task ends */
	_Atomic int number; /* what it was */
	_Atomic int running; /* ABSENT, STARTING or RUNNING */
	_Atomic bool stop; /* asked to end */
	_Atomic bool renewed; /* asked to look at all of the heap */
	_Atomic bool refused; /* a sandbox has no futex: no task can sleep */
	_Atomic uint32_t wakeups; /* futex: bumped to wake it */
	_Atomic int64_t due; /* when it will wake, ms; INT64_MAX: looking */
	_Atomic(char *) stack;
	/* A bit for every GROUP numbers of which one has a request. */
	_Atomic uint64_t pending[FD_PAGES * PAGE_ENTRIES / GROUP / 64];
	uint32_t count; /* numbers in the heap; the task's own */
	_Atomic int pid; /* whose task it is; 0: there never was one */
} watch;

static int64_t deadline(int64_t now, int64_t left)
{
	int64_t granule = 1;

	if (left > FAR)
		left = FAR;
	while (granule < GRANULE_MAX && 2 * granule * GRANULE_PART <= left)
		granule *= 2;
	return (now + left + granule - 1) & -granule;
}

/* ---- the heap: place 1 is the earliest; all of it is the task's own ---- */

static uint32_t *heap_at(uint32_t place)
{
	return &fd_pages[(place - 1) / PAGE_ENTRIES]
			->heap[(place - 1) % PAGE_ENTRIES];
}

static void heap_put(uint32_t place, uint32_t fd)
{
	*heap_at(place) = fd;
	fd_entry_of((int)fd)->heap_index = place;
}

static bool heap_earlier(uint32_t a, uint32_t b)
{
	return (int32_t)(fd_entry_of((int)a)->due - fd_entry_of((int)b)->due) <
	       0;
}

static void heap_up(uint32_t place)
{
	const uint32_t fd = *heap_at(place);

	while (place > 1 && heap_earlier(fd, *heap_at(place / 2))) {
		heap_put(place, *heap_at(place / 2));
		place /= 2;
	}
	heap_put(place, fd);
}

static void heap_down(uint32_t place)
{
	const uint32_t fd = *heap_at(place);
	uint32_t child;

	while ((child = 2 * place) <= watch.count) {
		if (child < watch.count &&
		    heap_earlier(*heap_at(child + 1), *heap_at(child)))
			child++;
		if (!heap_earlier(*heap_at(child), fd))
			break;
		heap_put(place, *heap_at(child));
		place = child;
	}
	heap_put(place, fd);
}

/* A number with a new request: put it where it belongs. */
static void heap_place(uint32_t fd, uint32_t requested)
{
	struct fd_entry *slot = fd_entry_of((int)fd);

	if (!slot->heap_index)
		heap_put(++watch.count, fd);
	slot->due = requested;
	heap_up(slot->heap_index);
	heap_down(slot->heap_index);
}

static void heap_remove(int fd)
{
	const uint32_t place = fd_entry_of(fd)->heap_index;
	const uint32_t last = *heap_at(watch.count--);

	fd_entry_of(fd)->heap_index = 0;
	if ((int)last == fd)
		return;
	heap_put(place, last);
	heap_up(place);
	heap_down(fd_entry_of((int)last)->heap_index);
}

/* ---- wishes: program threads make them, the task takes them ---- */

static void pending_add(int fd)
{
	const unsigned group = (unsigned)fd / GROUP;

	atomic_fetch_or(&watch.pending[group / 64], UINT64_C(1) << group % 64);
}

static bool pending_any(void)
{
	for (unsigned i = 0; i < PENDING_WORDS; i++)
		if (watch.pending[i])
			return true;
	return false;
}

/* The place in the heap comes first: a child of fork keeps what it finds. */
static void pending_take_group(unsigned group)
{
	for (unsigned fd = group * GROUP; fd < (group + 1) * GROUP; fd++) {
		struct fd_entry *slot = fd_entry_of((int)fd);
		uint32_t requested = slot ? slot->requested : 0;

		if (!requested)
			continue;
		heap_place(fd, requested);
		RACE_POINT();
		/* A newer request has its own bit. */
		atomic_compare_exchange_strong(&slot->requested, &requested, 0);
	}
}

static void pending_take(void)
{
	for (unsigned i = 0; i < PENDING_WORDS; i++) {
		uint64_t bits = watch.pending[i]
					? atomic_exchange(&watch.pending[i], 0)
					: 0;

		for (; bits; bits &= bits - 1)
			pending_take_group(i * 64 +
					   (unsigned)__builtin_ctzll(bits));
	}
}

/* ---- the task ---- */

/* A sandbox is in the way: the task ends, and is not started again. */
static void refuse(const char *what, long failed)
{
	struct event e = event_of(EVENT_MEND_FAILED, -1, NULL, what);

	e.error = (int32_t)-failed;
	e.time = clock_realtime();
	event_record(&e);
	watch.refused = true;
}

void watchdog_requeue(int fd, int64_t milliseconds)
{
	heap_place((uint32_t)fd,
		   (uint32_t)deadline(clock_milliseconds(), milliseconds));
}

/* Another thread holds it: a millisecond later. */
static void postpone_first(int64_t now)
{
	fd_entry_of((int)*heap_at(1))->due = (uint32_t)now + 1;
	heap_down(1);
}

/* The first of the heap is due. The number may have been closed, or be another
 * connection, armed for later: then the look finds so, and no harm is done. */
static void check_first(int64_t now)
{
	const int fd = (int)*heap_at(1);
	struct fd_entry *slot = fd_entry_of(fd);
	const enum take taken = TAKE_NONE;
	struct locked_fd h;
	int64_t next;

	switch (*fd_identity(fd) ? fd_lock_now(&h, fd, watch.pid) : taken) {
	case TAKE_NONE:
		heap_remove(fd);
		return;
	case TAKE_LOCKED:
		postpone_first(now);
		return;
	case TAKEN:
		break;
	}
	next = timeout_check(&h);
	/* Others may have been placed before it meanwhile. */
	if (next == NEVER || next == LOST)
		heap_remove(fd);
	else
		heap_place((uint32_t)fd, (uint32_t)deadline(now, next));
	if (next == LOST)
		fd_unlock_untrack(slot);
	else
		fd_unlock(slot, watch.pid);
	supersede_after_check();
}

/* Milliseconds until the first of the heap is due; at most an hour. */
static int64_t time_left(int64_t now)
{
	const uint32_t due = fd_entry_of((int)*heap_at(1))->due;
	const int64_t left = (int32_t)(due - (uint32_t)now);

	return left < HOUR ? left : HOUR;
}

static void check_all_due(void)
{
	int64_t now = clock_milliseconds();

	while (watch.count && time_left(now) <= 0) {
		check_first(now);
		now = clock_milliseconds();
	}
}

/* All connections are due. Not listeners: the time between two looks at one
 * means something. */
static void request_all(void)
{
	const uint32_t now = (uint32_t)clock_milliseconds();

	for (uint32_t place = 1; place <= watch.count; place++) {
		struct fd_entry *slot = fd_entry_of((int)*heap_at(place));

		if (!fd_has(slot, ENTRY_LISTENER))
			slot->due = now;
	}
	for (uint32_t place = watch.count / 2; place; place--)
		heap_down(place);
}

/* Where it cannot sleep it must end, not run in circles. */
static void sleep_until(uint32_t wakeups, int64_t due)
{
	const struct timespec time = {(time_t)(due / 1000),
				      (long)(due % 1000 * 1000000)};
	const long woken =
		sys6(SYS_futex, SYS_LONG(&watch.wakeups),
		     FUTEX_WAIT_BITSET_PRIVATE, SYS_LONG(wakeups),
		     SYS_LONG(&time), 0, SYS_LONG(FUTEX_BITSET_MATCH_ANY));

	if (!woken || woken == -EAGAIN || woken == -EINTR ||
	    woken == -ETIMEDOUT)
		return;
	refuse("sleep until a deadline (futex)", woken);
}

/* May the task end? A thread that armed a slot too late to be seen starts the
 * next one, unless this one wins `running` back. */
static bool may_end(void)
{
	int absent = ABSENT;

	if (watch.count || pending_any())
		return false;
	atomic_store(&watch.running, ABSENT);
	if (!pending_any())
		return true;
	return !atomic_compare_exchange_strong(&watch.running, &absent,
					       RUNNING);
}

static void watchdog_run(void)
{
	const long failed = raw_thread_drop_capabilities();
	bool told = false; /* to end, whatever there is to do */

	if (failed)
		refuse("give up capabilities (capset)", failed);
	for (;;) {
		const uint32_t wakeups = watch.wakeups;

		watch.due = INT64_MAX;
		pending_take();
		if (atomic_exchange(&watch.renewed, false))
			request_all();
		if (!watch.refused)
			check_all_due();
		told = watch.stop || watch.refused;
		if (told || may_end())
			break;
		if (watch.count) {
			const int64_t now = clock_milliseconds();
			const int64_t due = now + time_left(now);

			watch.due = due;
			if (!pending_any())
				sleep_until(wakeups, due);
		}
	}
	helper_stop();
	if (told)
		watch.running = ABSENT;
	raw_thread_exit();
}

/* ---- the program's side ---- */

static bool stack_make(void)
{
	char *stack, *none = NULL;

	if (watch.stack)
		return true;
	stack = raw_thread_stack();
	if (stack &&
	    !atomic_compare_exchange_strong(&watch.stack, &none, stack))
		kernel_munmap(stack, 2 * RAW_THREAD_STACK);
	return watch.stack;
}

static void tell_not_started(long failed)
{
	static _Atomic bool told;

	if (!atomic_exchange(&told, true))
		record_failure(-1, NULL, "start the watch task", (int)-failed);
}

/* `running` is STARTING, and ours. */
static void make_task(void)
{
	long made = -ENOMEM;

	/* A former one may still be on its way out, on the stack we need. */
	raw_thread_join(&watch.tid);
	watch.stop = false;
	watch.due = INT64_MAX;
	RACE_POINT();
	if (stack_make())
		made = raw_thread_start(watch.stack, &watch.tid, watchdog_run);
	if (made >= 0)
		watch.number = (int)made;
	/* Not where a sandbox may end the process for a question. */
	if (made >= 0 && journal_may_ask())
		raw_thread_leave_realtime((int)made);
	/* It may have ended again, and said so. */
	int starting = STARTING;
	atomic_compare_exchange_strong(&watch.running, &starting,
				       made < 0 ? ABSENT : RUNNING);
	if (made < 0)
		tell_not_started(made);
}

/* Start the task unless there is one. With all signals blocked: a handler that
 * never returns (longjmp(3)), or the end of this thread (pthread_cancel(3)),
 * would leave STARTING behind. */
static void start(void)
{
	uint64_t signals;
	int absent = ABSENT;

	if (watch.refused || watch.running != ABSENT)
		return;
	signals = signals_block();
	while (atomic_compare_exchange_strong(&watch.running, &absent,
					      STARTING)) {
		/* A vfork child shares our memory, but must not own it. */
		if (!raw_thread_pauses && kernel_pid() == watch.pid) {
			make_task();
			break;
		}
		watch.running = ABSENT;
		/* Resumed meanwhile, and found STARTING? */
		if (raw_thread_pauses || kernel_pid() != watch.pid)
			break;
		absent = ABSENT;
	}
	signals_restore(signals);
}

static void forget_task(void)
{
	watch.running = ABSENT;
	watch.tid = 0;
	watch.number = 0;
	watch.count = 0;
	helper_after_fork();
}

/* 0 is no request; a millisecond more is no matter. */
static void request_check(struct fd_entry *slot, int64_t due)
{
	slot->requested = (uint32_t)due ? (uint32_t)due : 1;
}

/* What was in the heap, or on its way there, is armed again. */
static bool arm_again(int fd, struct fd_entry *slot, void *arg)
{
	(void)arg;
	if (slot->heap_index && !slot->requested)
		request_check(slot, slot->due);
	slot->heap_index = 0;
	if (slot->requested)
		pending_add(fd);
	return true;
}

/* In a child: the task stayed with the parent, what was armed did not. */
static void adopt_after_fork(void)
{
	const int pid = fdtable_pid();
	int former = watch.pid;

	if (former == pid ||
	    !atomic_compare_exchange_strong(&watch.pid, &former, pid) ||
	    !former)
		return;
	raw_thread_pauses = 0;
	forget_task();
	fd_for_each(arm_again, NULL);
}

static void wake_task(void)
{
	watch.wakeups++;
	sys3(SYS_futex, &watch.wakeups, FUTEX_WAKE_PRIVATE, 1);
}

/* While it looks (INT64_MAX) it need not be rung: it looks for fresh wishes
 * once more before it sleeps. */
static bool is_asleep_past(int64_t due)
{
	const int64_t wakes = watch.due;

	return wakes != INT64_MAX && due < wakes;
}

void watchdog_arm(int fd, struct fd_entry *slot, int64_t milliseconds)
{
	const int64_t due = deadline(clock_milliseconds(), milliseconds);

	adopt_after_fork();
	request_check(slot, due);
	RACE_POINT();
	pending_add(fd);
	if (watch.running == ABSENT)
		start();
	else if (is_asleep_past(due))
		wake_task();
}

void watchdog_recheck_all(void)
{
	watch.renewed = true;
	wake_task();
}

/* The heap is the task's own: so it is asked to end, and waited for. */
static void end_task(void)
{
	const struct timespec soon = {0, 10000000};

	while (watch.running == STARTING)
		sys0(SYS_sched_yield);
	if (watch.running == RUNNING)
		watch.stop = true;
	/* Two seconds at most: a look takes microseconds. */
	for (int tries = 200; watch.tid && tries; tries--) {
		const int tid = watch.tid;

		wake_task();
		sys4(SYS_futex, &watch.tid, FUTEX_WAIT, tid, &soon);
	}
	helper_stop();
	raw_thread_wait_gone(watch.number);
}

void watchdog_stop(uint64_t *signals)
{
	*signals = signals_block();
	raw_thread_pauses++;
	if (!watch.pid)
		return;
	adopt_after_fork();
	RACE_POINT();
	end_task();
}

void watchdog_restart(uint64_t signals)
{
	RACE_POINT();
	/* Its heap is as the last task left it. */
	if (atomic_fetch_sub(&raw_thread_pauses, 1) == 1 && watch.pid) {
		watch.stop = false; /* if it did not end in time, it goes on */
		if (watch.count || pending_any())
			start();
	}
	signals_restore(signals);
}

void watchdog_after_fork(void)
{
	if (!watch.pid)
		return;
	adopt_after_fork();
	if (pending_any())
		start();
}
