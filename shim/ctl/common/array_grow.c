/* SPDX-License-Identifier: MIT
 * Arrays that grow: room doubles whenever the count reaches a power of two.
 */
#include "array_grow.h"

#include <stdio.h>
#include <stdlib.h>

#include "ctl.h"

void *grow(void *array, unsigned count, size_t size)
{
	if (count & (count - 1))
		return array;
	array = reallocarray(array, count ? 2 * (size_t)count : 1, size);
	if (array)
		return array;
	fputs("sockmendctl: out of memory\n", stderr);
	exit(EXIT_FAIL);
}
