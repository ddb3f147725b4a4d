/* SPDX-License-Identifier: MIT
 * What is wrong with a configuration: the first thing found, in one line.
 */
#ifndef SOCKMEND_COMPLAINT_H
#define SOCKMEND_COMPLAINT_H

#include <stdbool.h>
#include <stddef.h>

#include "pool.h"

struct complaint {
	char text[2048]; /* "" while all is well */
};

struct place {
	const char *file;
	unsigned line; /* 0: the file as a whole */
};

/* "FILE:LINE: " and what is wrong. Only the first complaint is kept, its
 * control bytes made harmless. False, so that one can return it. */
bool complain(struct complaint *c, struct place place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "FILE:LINE", or "FILE". */
char *place_print(struct place place, struct pool *pool);

/* Print it on stderr; gives EXIT_BAD_NEWS. */
int complaint_print(const struct complaint *c);

#endif
