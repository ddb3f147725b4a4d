/* SPDX-License-Identifier: MIT
 * The next definition of a symbol behind this library, as
 * dlsym(RTLD_NEXT) finds it, without the loader's lock.
 */
#ifndef SOCKMEND_LOOKUP_H
#define SOCKMEND_LOOKUP_H

#include <stdbool.h>

enum lookup {
	LOOKUP_FOUND,
	LOOKUP_NONE,   /* no library behind us up to libc defines it */
	LOOKUP_UNSURE, /* only the loader can tell */
};

/* Thread and signal safe; no lock, no system call, no errno. */
enum lookup lookup_next(const char *name, void **symbol);

/* Can it answer at all in this process? */
bool lookup_works(void);

#endif
