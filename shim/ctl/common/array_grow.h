/* SPDX-License-Identifier: MIT
 * Arrays that grow one element at a time.
 */
#ifndef SOCKMEND_ARRAY_GROW_H
#define SOCKMEND_ARRAY_GROW_H

#include <stddef.h>

/* `array` with room for element number `count`. Only for arrays that grew
 * through here from NULL on. Without memory the run ends, saying so. */
void *grow(void *array, unsigned count, size_t size);

#endif
