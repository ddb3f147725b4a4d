/* SPDX-License-Identifier: MIT
 * Points at which another thread may come in between: `make RACES=1` builds a
 * library that sleeps there for a random moment, so that tests find what a
 * program would meet once in a million calls.
 */
#ifndef SOCKMEND_RACES_H
#define SOCKMEND_RACES_H

#ifdef SOCKMEND_RACES

#include <stdatomic.h>
#include <time.h>

#include "sys/raw_syscall.h"

/* One call of 16 sleeps, for up to 2 ms. */
static inline void race_point(void)
{
	static _Atomic unsigned state = 1;
	const unsigned r = (state = state * 1664525u + 1013904223u) >> 8;
	const struct timespec moment = {0, (long)(r % 2000) * 1000};

	if (r / 2000 % 16 == 0)
		sys2(SYS_nanosleep, &moment, 0);
}

#define RACE_POINT() race_point()

#else

#define RACE_POINT() ((void)0)

#endif

#endif
