/* SPDX-License-Identifier: MIT
 * libc's own functions, each found at its first call; the only dlsym.
 *
 * No lock and no once: two threads that look a name up store the same answer,
 * and a call that comes before any constructor is served like any other.
 */
#include "interpose/real.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "interpose/libc_missing.h"
#include "interpose/libc_symbols.h"

_Atomic(anyfunction *) real_known[CALL_COUNT];

static const char names[CALL_COUNT][16] = {
#define X(name, why) #name,
	FOR_EACH_CALL(X)
#undef X
};

/* Since glibc 2.34, and in musl, dlsym is in libc itself. Before that it is in
 * libdl.so.2, which many programs do not have; to need it would cost every
 * program of a newer system a second library. So it is a weak name, and where
 * it is missing the loader's own entrance, which those libcs kept for NSS,
 * fetches it. */
__attribute__((weak)) void *dlsym(void *restrict scope,
				  const char *restrict name);
__attribute__((weak)) void *__libc_dlopen_mode(const char *file, int mode);
__attribute__((weak)) void *__libc_dlsym(void *handle, const char *name);

typedef __typeof__(&dlsym) dlsym_function;

static dlsym_function find_dlsym(void)
{
	void *libdl, *symbol = NULL;
	dlsym_function found = NULL;

	if (dlsym)
		return dlsym;
	/* Not asked whether they are there: that would look them up in every
	 * program that starts. */
	libdl = __libc_dlopen_mode("libdl.so.2", RTLD_NOW | (int)0x80000000);
	if (libdl)
		symbol = __libc_dlsym(libdl, "dlsym");
	memcpy(&found, &symbol, sizeof found);
	return found;
}

/* Under the loader's lock. */
static void *ask_loader(const char *name)
{
	const int before = errno;
	const dlsym_function look_up = find_dlsym();
	void *symbol = look_up ? look_up(RTLD_NEXT, name) : NULL;

	errno = before;
	return symbol;
}

anyfunction *real_find(enum call call)
{
	void *symbol = NULL;
	anyfunction *f;

	if (libc_symbol_next(names[call], &symbol) == SYMBOL_UNSURE)
		symbol = ask_loader(names[call]);
	if (symbol)
		memcpy(&f, &symbol, sizeof f);
	else
		f = libc_missing(call);
	atomic_store_explicit(&real_known[call], f, memory_order_relaxed);
	return f;
}

void real_at_start(void)
{
	if (libc_symbols_work())
		return;
	for (enum call call = 0; call < CALL_COUNT; call++)
		real_call(call);
}
