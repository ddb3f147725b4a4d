/* SPDX-License-Identifier: MIT
 * What is wrong with a configuration, a line for each problem: the first one
 * for those who only need to know that it cannot be used, all for `check`.
 */
#ifndef SOCKMEND_CONFIG_ERROR_H
#define SOCKMEND_CONFIG_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#include "pool.h"

#define PROBLEMS_MAX 1000 /* kept; the rest is counted */

struct location {
	const char *file;
	unsigned line; /* 0: the file as a whole */
};

struct problem {
	struct location place;
	unsigned file; /* its number, in the order they were met */
	unsigned order;
	const char *text;
};

struct problems {
	struct pool pool;
	unsigned kept;
	struct problem *of;
};

struct config_errors {
	char text[2048]; /* the first one found; "" while nothing is wrong */
	unsigned count;
	struct problems *all; /* NULL: the first is enough */
};

/* "FILE:LINE: " and what is wrong, its control bytes made harmless. False, so
 * that one can return it. */
bool config_error(struct config_errors *c, struct location place,
		  const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "FILE:LINE", or "FILE". */
char *place_print(struct location place, struct pool *pool);

/* Print the first on stderr; gives EXIT_FAIL. */
int config_error_print(const struct config_errors *c);

/* Print them all on stderr, each file's by line. */
void problems_print(struct problems *problems);

void problems_free(struct problems *problems);

#endif
