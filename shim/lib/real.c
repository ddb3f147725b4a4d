/* SPDX-License-Identifier: MIT
 * libc's own functions; the only dlsym.
 *
 * No lock and no once: two threads that look a name up store the same answer,
 * and a call that comes before any constructor is served like any other.
 */
#include "real.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

_Atomic(anyfunction *) real_known[CALL_COUNT];

static const char *const names[] = {
#define X(name, why) #name,
	FOR_EACH_CALL(X)
#undef X
};

/* What a name that this libc does not have does. */
static long not_in_this_libc(void)
{
	errno = ENOSYS;
	return -1;
}

anyfunction *real_find(enum call call)
{
	const int before = errno;
	void *symbol = dlsym(RTLD_NEXT, names[call]);
	anyfunction *f = (anyfunction *)not_in_this_libc;

	if (symbol)
		memcpy(&f, &symbol, sizeof f);
	atomic_store_explicit(&real_known[call], f, memory_order_relaxed);
	errno = before;
	return f;
}
