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

/* Eight bytes of anything, anywhere. */
typedef uint64_t __attribute__((may_alias, aligned(1))) word;

void *memcpy(void *restrict to, const void *restrict from, size_t count)
{
	char *t = to;
	const char *f = from;

	for (; count >= sizeof(word); count -= sizeof(word)) {
		*(word *)t = *(const word *)f;
		t += sizeof(word);
		f += sizeof(word);
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
	const word bytes = UINT64_C(0x0101010101010101) * (uint8_t)byte;
	char *t = to;

	for (; count >= sizeof(word); count -= sizeof(word)) {
		*(word *)t = bytes;
		t += sizeof(word);
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

	for (; count >= sizeof(word); count -= sizeof(word)) {
		if (*(const word *)l != *(const word *)r)
			break;
		l += sizeof(word);
		r += sizeof(word);
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
