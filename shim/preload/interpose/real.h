/* SPDX-License-Identifier: MIT
 * libc's own functions: real(connect)(fd, to, len), typed by libc's headers.
 */
#ifndef SOCKMEND_REAL_H
#define SOCKMEND_REAL_H

#include <stdatomic.h>

#include "interpose/calls.h"

typedef void anyfunction(void);

extern _Atomic(anyfunction *) real_known[CALL_COUNT];

/* Find the function behind a row; thread and signal safe, changes no errno. */
anyfunction *real_find(enum call call);

/* At start: where only the loader can find them, find them all, before there
 * is a thread that could wait for the loader's lock. */
void real_at_start(void);

static inline anyfunction *real_call(enum call call)
{
	anyfunction *f =
		atomic_load_explicit(&real_known[call], memory_order_relaxed);

	return __builtin_expect(!f, 0) ? real_find(call) : f;
}

#define real(name) ((__typeof__(&name))real_call(CALL_##name))

#endif
