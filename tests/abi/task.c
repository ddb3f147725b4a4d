/* SPDX-License-Identifier: MIT
 * A task of the library's own, and its clock, on whatever machine this runs:
 * prints what the task did, the time, and how the task ended.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/kernel.h"
#include "watchdog/raw_thread.h"

static _Atomic int tid;
static _Atomic int done_by;
static _Atomic long long seen;

static void run(void)
{
	seen = clock_milliseconds();
	done_by = (int)syscall(SYS_gettid);
	raw_thread_exit();
}

int main(void)
{
	char *stack = raw_thread_stack();
	const int64_t now = clock_realtime() / 1000000000;
	struct timespec wanted;
	char link[64];

	if (!stack || raw_thread_start(stack, &tid, run) < 0)
		return 1;
	raw_thread_join(&tid);
	clock_gettime(CLOCK_REALTIME, &wanted);
	kernel_read_link("/proc/self/exe", link, sizeof link);
	printf("a task of its own: %s\n",
	       done_by && done_by != getpid() ? "yes" : "no");
	printf("its clock: %s\n",
	       llabs(seen - clock_milliseconds()) < 60000 ? "right" : "wrong");
	printf("the date: %s\n",
	       llabs(now - wanted.tv_sec) < 60 ? "right" : "wrong");
	printf("a file: %s\n", *link == '/' ? "read" : "not read");
	return 0;
}
