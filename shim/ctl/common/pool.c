/* SPDX-License-Identifier: MIT
 * Memory of one run: handed out piece by piece, returned all at once.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "pool.h"

struct piece {
	struct piece *before;
	max_align_t bytes[];
};

void *pool_take(struct pool *pool, size_t size)
{
	struct piece *piece = calloc(1, sizeof *piece + size);

	if (!piece) {
		fputs("sockmendctl: out of memory\n", stderr);
		exit(EXIT_FAIL);
	}
	piece->before = pool->last;
	pool->last = piece;
	return piece->bytes;
}

char *pool_copy(struct pool *pool, const char *text, size_t len)
{
	return memcpy(pool_take(pool, len + 1), text, len);
}

char *pool_print(struct pool *pool, const char *format, ...)
{
	va_list args, again;
	size_t size;
	char *text;

	va_start(args, format);
	va_copy(again, args);
	size = (size_t)vsnprintf(NULL, 0, format, args) + 1;
	text = pool_take(pool, size);
	vsnprintf(text, size, format, again);
	va_end(again);
	va_end(args);
	return text;
}

/* A full array holds 0, 1, 2, 4, 8 … elements: its size need not be kept. */
void *pool_grow(struct pool *pool, void *array, unsigned count, size_t size)
{
	void *bigger;

	if (count & (count - 1))
		return array;
	bigger = pool_take(pool, (count ? 2 * (size_t)count : 1) * size);
	return count ? memcpy(bigger, array, count * size) : bigger;
}

void pool_return(struct pool *pool)
{
	while (pool->last) {
		struct piece *piece = pool->last;

		pool->last = piece->before;
		free(piece);
	}
}
