/* SPDX-License-Identifier: MIT
 * What fuzz targets share: input in a block of exactly its size, so that the
 * address sanitizer sees every step outside, and promises that must hold.
 */
#ifndef SOCKMEND_FUZZ_H
#define SOCKMEND_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

#define PROMISE(it)                                                            \
	do {                                                                   \
		if (!(it)) {                                                   \
			fprintf(stderr, "broken promise: %s\n", #it);          \
			abort();                                               \
		}                                                              \
	} while (0)

static inline __attribute__((unused)) void *copy_of(const void *bytes,
						     size_t size)
{
	void *copy = malloc(size ? size : 1);

	PROMISE(copy);
	return size ? memcpy(copy, bytes, size) : copy;
}

#endif
