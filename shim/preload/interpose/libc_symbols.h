/* SPDX-License-Identifier: MIT
 * The next definition of a symbol behind this library, as
 * dlsym(RTLD_NEXT) finds it, without the loader's lock.
 */
#ifndef SOCKMEND_LIBC_SYMBOLS_H
#define SOCKMEND_LIBC_SYMBOLS_H

#include <stdbool.h>

enum symbol {
	SYMBOL_FOUND,
	SYMBOL_NONE, /* no library behind us up to libc defines it */
	SYMBOL_UNSURE, /* only the loader can tell */
};

/* Thread and signal safe; no lock, no system call, no errno. */
enum symbol libc_symbol_next(const char *name, void **symbol);

/* Can it answer at all in this process? */
bool libc_symbols_work(void);

#endif
