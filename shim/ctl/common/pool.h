/* SPDX-License-Identifier: MIT
 * Memory of one run: handed out piece by piece, returned all at once.
 */
#ifndef SOCKMEND_POOL_H
#define SOCKMEND_POOL_H

#include <stddef.h>

struct pool {
	struct piece *last;
};

/* Zeroed memory. Never NULL: without memory the run ends, saying so. */
void *pool_take(struct pool *pool, size_t size);

char *pool_copy(struct pool *pool, const char *text, size_t len);

/* As printf, into memory of the pool. */
char *pool_print(struct pool *pool, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* `array` of `count` elements, or a bigger copy with room for one more. Only
 * for arrays that grew through here from NULL on. */
void *pool_grow(struct pool *pool, void *array, unsigned count, size_t size);

void pool_return(struct pool *pool);

#endif
