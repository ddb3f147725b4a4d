/* SPDX-License-Identifier: MIT
 * The driver: batches of cases, bare, under a rule that changes nothing, and
 * under a full one.
 */
#include "drive.h"

#include "shrink.h"
#include "workers.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LANES_MAX 16
#define NO_OPS 4 /* so many postures, the first, change nothing at all */

/* What all lanes know. */
static struct {
	_Atomic uint32_t next; /* batch */
	_Atomic uint64_t calls, cases;
	_Atomic uint32_t divergences, unsteady, stuck, failed;
	time_t until;
} *all;

static bool is_over(const struct order *order)
{
	if (all->divergences || all->failed)
		return true;
	if (order->calls)
		return all->calls >= order->calls;
	return time(NULL) >= all->until;
}

/* Three desks of a lane: what was told bare, and in two postures. */
struct lane {
	struct desk bare, other[2];
};

static bool is_left_out(const struct posture *p, uint64_t seed, uint32_t number)
{
	return p->single && case_style(seed, number) != SINGLE;
}

static bool is_ambiguous(const struct account *a, uint32_t place)
{
	return memmem(a->text[place], a->len[place], AMBIGUOUS,
		      strlen(AMBIGUOUS));
}

/* Nothing waits, so such a case is a mistake of the generator. */
static bool is_stuck(const struct account *a, uint32_t place)
{
	static const char end[] = "KILLED by signal 14\n";
	const size_t len = sizeof end - 1;

	return a->len[place] > len &&
	       !memcmp(a->text[place] + a->len[place] - len, end, len);
}

static bool agrees(const struct lane *lane, unsigned which,
		   const struct posture *p, uint32_t number)
{
	const uint32_t place = number % CASES_MAX;
	const struct account *bare = lane->bare.account;
	const struct account *other = lane->other[which].account;
	const long at = text_differs(bare->text[place], bare->len[place],
				     other->text[place], other->len[place],
				     p->except);

	if (at < 0 || is_ambiguous(bare, place) || is_ambiguous(other, place))
		return true;
	printf("case %u, bare: ", number);
	print_line_like(other->text[place], at, bare->text[place],
			bare->len[place]);
	printf("case %u, %s: ", number, p->name);
	print_line_at(other->text[place], other->len[place], at);
	return false;
}

/* Does it again, or was it chance? */
static void look_closer(struct lane *lane, const struct posture *p,
			uint64_t seed, uint32_t number)
{
	struct suspicion s = { &lane->bare, &lane->other[0], p, seed, number };

	if (shrink(&s)) {
		all->divergences++;
		return;
	}
	printf("not again: --seed %llu --case %u --posture %s\n",
	       (unsigned long long)seed, number, p->name);
	all->unsteady++;
}

static void compare(struct lane *lane, const struct posture *const pair[2],
		    const struct work *work)
{
	uint32_t suspect[2 * CASES_MAX], count = 0;

	for (uint32_t number = work->from; number < work->to; number++) {
		bool both = true;

		for (unsigned i = 0; i < 2; i++) {
			if (is_left_out(pair[i], work->seed, number))
				both = false;
			else if (!agrees(lane, i, pair[i], number))
				suspect[count++] = number * 2 + i;
		}
		if (is_stuck(lane->bare.account, number % CASES_MAX)) {
			printf("stuck: --seed %llu --case %u\n",
			       (unsigned long long)work->seed, number);
			all->stuck++;
		}
		if (!both)
			continue;
		all->cases++;
		all->calls +=
			lane->bare.account->calls[number % CASES_MAX];
	}
	for (uint32_t i = 0; i < count && !all->divergences; i++)
		look_closer(lane, pair[suspect[i] % 2], work->seed,
			    suspect[i] / 2);
}

static void run_batch(struct lane *lane, uint64_t seed, uint32_t batch)
{
	const struct posture *const pair[2] = {
		&postures[batch % NO_OPS],
		&postures[NO_OPS + batch % (posture_count - NO_OPS)],
	};
	const struct work work = { seed, batch * CASES_MAX,
				   (batch + 1) * CASES_MAX, NULL };

	if (!worker_run(&lane->bare, NULL, &work) ||
	    !worker_run(&lane->other[0], pair[0], &work) ||
	    !worker_run(&lane->other[1], pair[1], &work)) {
		fputs("differ: a worker failed\n", stderr);
		all->failed++;
		return;
	}
	compare(lane, pair, &work);
}

static bool lane_make(struct lane *lane)
{
	return desk_make(&lane->bare) && desk_make(&lane->other[0]) &&
	       desk_make(&lane->other[1]);
}

/* On one processor what was sent to oneself has arrived when send returns. */
static void stay_on(int number)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)number, &set);
	sched_setaffinity(0, sizeof set, &set);
}

static void run_lane(const struct order *order, int number)
{
	struct lane lane;

	stay_on(number);
	if (!lane_make(&lane))
		all->failed++;
	while (!is_over(order))
		run_batch(&lane, order->seed, all->next++);
	_exit(0);
}

static void run_lanes(const struct order *order)
{
	long lanes = sysconf(_SC_NPROCESSORS_ONLN);

	if (lanes > LANES_MAX)
		lanes = LANES_MAX;
	for (int i = 0; i < lanes; i++)
		if (!fork())
			run_lane(order, i);
	while (wait(NULL) > 0)
		continue;
}

static int print_bare(struct desk *desk, const struct order *order)
{
	const uint32_t number = (uint32_t)order->number;
	const struct work work = { order->seed, number, number + 1,
				   order->ops };

	if (!worker_run(desk, NULL, &work))
		return 2;
	print_text(desk->account->text[number % CASES_MAX],
		   desk->account->len[number % CASES_MAX]);
	return 0;
}

static int run_one(const struct order *order)
{
	struct lane lane;

	stay_on(0);
	if (!lane_make(&lane))
		return 2;
	if (order->posture && !strcmp(order->posture, "bare"))
		return print_bare(&lane.bare, order);
	for (unsigned i = 0; i < posture_count; i++) {
		struct suspicion s = { &lane.bare, &lane.other[0], &postures[i],
				       order->seed, (uint32_t)order->number };

		if (order->posture && strcmp(order->posture, postures[i].name))
			continue;
		if (is_left_out(&postures[i], s.seed, s.number))
			continue;
		if (order->ops ? show(&s, order->ops) : shrink(&s))
			all->divergences++;
	}
	if (!all->divergences)
		puts("the same in every posture");
	return all->divergences ? 1 : 0;
}

static double seconds_since(const struct timespec *began)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - began->tv_sec) +
	       (double)(now.tv_nsec - began->tv_nsec) / 1e9;
}

static int run_all(const struct order *order)
{
	struct timespec began;
	double took;

	clock_gettime(CLOCK_MONOTONIC, &began);
	run_lanes(order);
	took = seconds_since(&began);
	printf("seed %llu cases %llu calls %llu divergences %u unsteady %u "
	       "stuck %u seconds %.0f rate %.0f\n",
	       (unsigned long long)order->seed,
	       (unsigned long long)all->cases, (unsigned long long)all->calls,
	       all->divergences, all->unsteady, all->stuck, took,
	       (double)all->calls / took);
	if (all->failed)
		return 2;
	return all->divergences ? 1 : 0;
}

int drive(const struct order *order)
{
	int status;

	setvbuf(stdout, NULL, _IOLBF, 0);
	all = mmap(NULL, sizeof *all, PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	all->until = time(NULL) + order->seconds;
	if (!workers_prepare()) {
		fputs("differ: the postures' rules do not compile\n", stderr);
		return 2;
	}
	status = order->number >= 0 ? run_one(order) : run_all(order);
	workers_tidy();
	return status;
}
