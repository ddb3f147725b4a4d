/* SPDX-License-Identifier: MIT
 * The watch task.
 *
 * Two sides share little: a program thread arms a slot, leaves a wish in it and
 * sets a bit (`fresh`); the task moves such numbers into its heap, ordered by
 * deadline. A slot that was closed meanwhile stays in the heap until its
 * deadline and is then dropped, so closing costs nothing and the heap never
 * holds a number twice.
 *
 * Invariant: whoever sets a bit of `fresh` then looks at `running` and
 * `due`; the task, before it sleeps or ends, stores them and then looks at
 * `fresh`. All of it is sequentially consistent, so one of the two sees the
 * other. Nothing below watch_run may call libc.
 */
#include "watch.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <string.h>
#include <time.h>

#include "apart.h"
#include "bare.h"
#include "clock.h"
#include "due.h"
#include "journal_write.h"
#include "kernel.h"
#include "task.h"

/* Numbers that share a bit of `fresh`: it is short enough to look through. */
#define GROUP 64
#define FRESH_WORDS (sizeof watch.fresh / sizeof *watch.fresh)

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
	_Atomic int tid;	/* the kernel clears it when the task ends */
	_Atomic int number;	/* what it was */
	_Atomic int running;	/* ABSENT, STARTING or RUNNING */
	_Atomic bool leave;	/* asked to end */
	_Atomic bool renewed;	/* asked to look at all of the heap */
	_Atomic bool refused;	/* a sandbox has no futex: no task can sleep */
	_Atomic uint32_t bell;	/* futex: bumped to wake it */
	_Atomic int64_t due;	/* when it will wake, ms; INT64_MAX: looking */
	_Atomic(char *) stack;
	/* A bit for every GROUP numbers of which one has a wish. */
	_Atomic uint64_t fresh[LEAVES * LEAF_SLOTS / GROUP / 64];
	uint32_t count;		/* numbers in the heap; the task's own */
	_Atomic int pid;	/* whose task it is; 0: there never was one */
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
	return &leaves[(place - 1) / LEAF_SLOTS]
			->heap[(place - 1) % LEAF_SLOTS];
}

static void heap_put(uint32_t place, uint32_t fd)
{
	*heap_at(place) = fd;
	slot_of((int)fd)->place = place;
}

static bool heap_earlier(uint32_t a, uint32_t b)
{
	return (int32_t)(slot_of((int)a)->due - slot_of((int)b)->due) < 0;
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

/* A number with a new wish: put it where it belongs. */
static void heap_place(uint32_t fd, uint32_t wish)
{
	struct slot *slot = slot_of((int)fd);

	if (!slot->place)
		heap_put(++watch.count, fd);
	slot->due = wish;
	heap_up(slot->place);
	heap_down(slot->place);
}

static void heap_remove_first(void)
{
	const uint32_t last = *heap_at(watch.count--);

	slot_of((int)*heap_at(1))->place = 0;
	if (!watch.count)
		return;
	heap_put(1, last);
	heap_down(1);
}

/* ---- wishes: program threads make them, the task takes them ---- */

static void fresh_add(int fd)
{
	const unsigned group = (unsigned)fd / GROUP;

	atomic_fetch_or(&watch.fresh[group / 64], UINT64_C(1) << group % 64);
}

static bool fresh_any(void)
{
	for (unsigned i = 0; i < FRESH_WORDS; i++)
		if (watch.fresh[i])
			return true;
	return false;
}

static void fresh_take_group(unsigned group)
{
	for (unsigned fd = group * GROUP; fd < (group + 1) * GROUP; fd++) {
		struct slot *slot = slot_of((int)fd);
		const uint32_t wish = slot->wish ? atomic_exchange(&slot->wish, 0)
						 : 0;

		if (wish)
			heap_place(fd, wish);
	}
}

static void fresh_take(void)
{
	for (unsigned i = 0; i < FRESH_WORDS; i++) {
		uint64_t bits = watch.fresh[i]
					? atomic_exchange(&watch.fresh[i], 0)
					: 0;

		for (; bits; bits &= bits - 1)
			fresh_take_group(i * 64 +
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

/* A look at one connection found that another's time has come. */
static void look_soon(int fd, int64_t now)
{
	slot_arm(slot_of(fd));
	heap_place((uint32_t)fd, (uint32_t)now);
}

/* The first of the heap is due: have it looked at. It may have been closed,
 * or be another connection by now, armed for later: then the look finds it
 * lively, and no harm is done. */
static void look_at_first(int64_t now)
{
	const int fd = (int)*heap_at(1);
	struct slot *slot = slot_of(fd);
	int64_t next;
	int also = -1;

	if (!slot_take(slot, watch.pid)) {
		heap_remove_first();
		return;
	}
	next = due_look(fd, slot, &also);
	if (also >= 0)
		look_soon(also, now);
	if (next == NEVER || next == LOST) {
		heap_remove_first();
		if (next == LOST)
			slot_drop(slot);
		else
			slot_give(slot, watch.pid, KEPT);
		return;
	}
	slot->due = (uint32_t)deadline(now, next);
	heap_down(1);
	slot_give(slot, watch.pid, ARMED);
}

/* Milliseconds until the first of the heap is due; at most an hour. */
static int64_t time_left(int64_t now)
{
	const uint32_t due = slot_of((int)*heap_at(1))->due;
	const int64_t left = (int32_t)(due - (uint32_t)now);

	return left < HOUR ? left : HOUR;
}

static void look_at_all_due(void)
{
	int64_t now = clock_milliseconds();

	while (watch.count && time_left(now) <= 0) {
		look_at_first(now);
		now = clock_milliseconds();
	}
}

/* All connections are due. Not listeners: the time between two looks at one
 * means something. */
static void make_all_due(void)
{
	const uint32_t now = (uint32_t)clock_milliseconds();

	for (uint32_t place = 1; place <= watch.count; place++) {
		struct slot *slot = slot_of((int)*heap_at(place));

		if (!slot_has(slot, SLOT_LISTENER))
			slot->due = now;
	}
	for (uint32_t place = watch.count / 2; place; place--)
		heap_down(place);
}

/* Where it cannot sleep it must end, not run in circles. */
static void sleep_on(uint32_t bell, int64_t left)
{
	const struct timespec rest = { (time_t)(left / 1000),
				       (long)(left % 1000 * 1000000) };
	long woken = 0;

	if (left > 0)
		woken = sys4(SYS_futex, &watch.bell, FUTEX_WAIT_PRIVATE, bell,
			     &rest);
	if (!woken || woken == -EAGAIN || woken == -EINTR ||
	    woken == -ETIMEDOUT)
		return;
	refuse("sleep until a deadline (futex)", woken);
}

/* May the task end? Whoever armed a slot too late to be seen starts the next
 * one, unless this one wins `running` back. */
static bool may_end(void)
{
	int absent = ABSENT;

	if (watch.refused)
		watch.running = ABSENT;
	if (watch.leave || watch.refused)
		return true;
	if (watch.count || fresh_any())
		return false;
	atomic_store(&watch.running, ABSENT);
	if (!fresh_any())
		return true;
	return !atomic_compare_exchange_strong(&watch.running, &absent,
					       RUNNING);
}

static void watch_run(void)
{
	const long failed = task_drop_capabilities();

	if (failed)
		refuse("give up capabilities (capset)", failed);
	for (;;) {
		const uint32_t bell = watch.bell;

		watch.due = INT64_MAX;
		fresh_take();
		if (atomic_exchange(&watch.renewed, false))
			make_all_due();
		if (!watch.refused)
			look_at_all_due();
		if (may_end())
			break;
		if (watch.count) {
			const int64_t now = clock_milliseconds();
			const int64_t left = time_left(now);

			watch.due = now + left;
			if (!fresh_any())
				sleep_on(bell, left);
		}
	}
	apart_end();
	task_end();
}

/* ---- the program's side ---- */

static bool stack_make(void)
{
	char *stack, *none = NULL;

	if (watch.stack)
		return true;
	stack = task_stack();
	if (stack && !atomic_compare_exchange_strong(&watch.stack, &none, stack))
		kernel_release(stack, 2 * TASK_STACK);
	return watch.stack;
}

/* Start the task unless there is one. */
static void start(void)
{
	static _Atomic bool told;
	int state = ABSENT;
	long made = -ENOMEM;

	if (watch.refused)
		return;
	if (!atomic_compare_exchange_strong(&watch.running, &state, STARTING))
		return;
	/* A vfork child shares our memory, but must not own the task. */
	if (kernel_pid() != watch.pid) {
		watch.running = ABSENT;
		return;
	}
	/* A former one may still be on its way out, on the stack we need. */
	task_wait(&watch.tid);
	watch.leave = false;
	watch.due = INT64_MAX;
	if (stack_make())
		made = task_make(watch.stack, &watch.tid, watch_run);
	state = STARTING;
	atomic_compare_exchange_strong(&watch.running, &state,
				       made < 0 ? ABSENT : RUNNING);
	if (made >= 0) {
		watch.number = (int)made;
		return;
	}
	if (!atomic_exchange(&told, true))
		record_failure(-1, NULL, "start the watch task", (int)-made);
}

static void forget_task(void)
{
	watch.running = ABSENT;
	watch.tid = 0;
	watch.number = 0;
	watch.count = 0;
	apart_forget();
}

/* 0 is no wish; a millisecond more is no matter. */
static void make_wish(struct slot *slot, int64_t due)
{
	slot->wish = (uint32_t)due ? (uint32_t)due : 1;
}

static bool arm_again(int fd, struct slot *slot, void *arg)
{
	(void)arg;
	slot->place = 0;
	if ((slot->word & 3) == KEPT)
		return true;
	if (!slot->wish)
		make_wish(slot, slot->due);
	fresh_add(fd);
	return true;
}

/* In a child: the task stayed with the parent, what was armed did not. */
static void take_over(void)
{
	const int pid = slots_pid();
	int former = watch.pid;

	if (former == pid ||
	    !atomic_compare_exchange_strong(&watch.pid, &former, pid) ||
	    !former)
		return;
	forget_task();
	slot_each(arm_again, NULL);
}

static void ring(void)
{
	watch.bell++;
	sys3(SYS_futex, &watch.bell, FUTEX_WAKE_PRIVATE, 1);
}

/* While it looks (INT64_MAX) it need not be rung: it looks for fresh wishes
 * once more before it sleeps. */
static bool is_asleep_past(int64_t due)
{
	const int64_t wakes = watch.due;

	return wakes != INT64_MAX && due < wakes;
}

void watch_arm(int fd, struct slot *slot, int64_t milliseconds)
{
	const int64_t due = deadline(clock_milliseconds(), milliseconds);

	take_over();
	make_wish(slot, due);
	slot_arm(slot);
	fresh_add(fd);
	if (watch.running == ABSENT)
		start();
	else if (is_asleep_past(due))
		ring();
}

void watch_renew(void)
{
	watch.renewed = true;
	ring();
}

bool watch_pause(void)
{
	const struct timespec soon = { 0, 10000000 };

	if (!watch.pid)
		return false;
	take_over();
	if (watch.running == ABSENT) {
		task_wait_gone(atomic_exchange(&watch.number, 0));
		return false;
	}
	while (watch.running == STARTING)
		sys0(SYS_sched_yield);
	watch.leave = true;
	/* Two seconds at most: a look takes microseconds. */
	for (int tries = 200; watch.tid && tries; tries--) {
		const int tid = watch.tid;

		ring();
		sys4(SYS_futex, &watch.tid, FUTEX_WAIT, tid, &soon);
	}
	task_wait_gone(watch.number);
	forget_task();
	return true;
}

void watch_later(void)
{
	slot_each(arm_again, NULL);
}

void watch_again(void)
{
	watch_later();
	if (fresh_any())
		start();
}

void watch_forked(void)
{
	if (!watch.pid)
		return;
	take_over();
	if (fresh_any())
		start();
}
