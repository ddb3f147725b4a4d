/* SPDX-License-Identifier: MIT
 * The string functions that compilers and the watch task call: hidden twins
 * of libc's, so that no code of ours goes through the PLT for them.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* Keeps the compiler from seeing the loop as the function it is inside. */
#define PLAINLY __asm__ volatile("" ::: "memory")

/* Eight bytes at once, wherever they stand. */
typedef uint64_t eight __attribute__((aligned(1), may_alias));

void *memcpy(void *restrict to, const void *restrict from, size_t count)
{
	char *t = to;
	const char *f = from;

	for (; count >= sizeof(eight); count -= sizeof(eight)) {
		*(eight *)(void *)t = *(const eight *)(const void *)f;
		t += sizeof(eight);
		f += sizeof(eight);
		PLAINLY;
	}
	for (; count; count--) {
		*t++ = *f++;
		PLAINLY;
	}
	return to;
}

void *memset(void *to, int byte, size_t count)
{
	const eight all = UINT64_C(0x0101010101010101) * (unsigned char)byte;
	char *t = to;

	for (; count >= 4 * sizeof(eight); count -= 4 * sizeof(eight)) {
		eight *e = (void *)t;

		e[0] = e[1] = e[2] = e[3] = all;
		t += 4 * sizeof(eight);
		PLAINLY;
	}
	for (; count >= sizeof(eight); count -= sizeof(eight)) {
		*(eight *)(void *)t = all;
		t += sizeof(eight);
		PLAINLY;
	}
	for (; count; count--) {
		*t++ = (char)byte;
		PLAINLY;
	}
	return to;
}

int memcmp(const void *left, const void *right, size_t count)
{
	const unsigned char *l = left, *r = right;

	for (; count >= sizeof(eight); count -= sizeof(eight)) {
		if (*(const eight *)(const void *)l !=
		    *(const eight *)(const void *)r)
			break;
		l += sizeof(eight);
		r += sizeof(eight);
		PLAINLY;
	}
	for (; count; count--, l++, r++) {
		if (*l != *r)
			return *l - *r;
		PLAINLY;
	}
	return 0;
}

/* What clang makes of a memcmp that is only compared with 0. */
int bcmp(const void *left, const void *right, size_t count)
{
	return memcmp(left, right, count);
}

size_t strlen(const char *string)
{
	size_t len = 0;

	while (string[len]) {
		len++;
		PLAINLY;
	}
	return len;
}

int strcmp(const char *left, const char *right)
{
	while (*left && *left == *right) {
		left++;
		right++;
		PLAINLY;
	}
	return (unsigned char)*left - (unsigned char)*right;
}
