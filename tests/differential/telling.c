/* SPDX-License-Identifier: MIT
 * The text of a case: one line a call, as strace would have it. It is what is
 * compared, and what a person reads when it differs.
 */
#include "differ.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

_Thread_local int error_after;
volatile int broken_pipes;

static char *text;
static uint32_t *length, *calls;

struct dice dice_of(uint64_t seed, uint64_t number, uint64_t op)
{
	struct dice d = { seed * UINT64_C(0x9e3779b97f4a7c15) +
			  number * UINT64_C(0xd1342543de82ef95) +
			  op * UINT64_C(0xaf251af3b0f025b5) };

	roll(&d, 2);
	return d;
}

/* splitmix64 */
uint32_t roll(struct dice *d, uint32_t sides)
{
	uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	return (uint32_t)((z >> 32) * sides >> 32);
}

bool chance(struct dice *d, unsigned percent)
{
	return roll(d, 100) < percent;
}

void tell_into(char *to, uint32_t *len, uint32_t *count)
{
	text = to;
	length = len;
	calls = count;
	*length = 0;
	*calls = 0;
}

static void append(const char *bytes, size_t count)
{
	if (*length + count >= CASE_TEXT)
		return;
	memcpy(text + *length, bytes, count);
	*length += (uint32_t)count;
}

void tell(const char *format, ...)
{
	char line[1024];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(line, sizeof line, format, args);
	va_end(args);
	append(line, len < (int)sizeof line ? (size_t)len : sizeof line - 1);
}

void tell_bytes(const void *bytes, size_t count)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *at = bytes;

	for (size_t i = 0; i < count; i++) {
		const char escaped[] = { '\\', hex[at[i] >> 4],
					 hex[at[i] & 15] };

		if (at[i] >= ' ' && at[i] < 127 && at[i] != '\\')
			append((const char *)at + i, 1);
		else
			append(escaped, sizeof escaped);
	}
}

void tell_except(char letter, const char *what)
{
	const char begin[] = { EXCEPT_BEGIN, letter }, end = EXCEPT_END;

	append(begin, sizeof begin);
	append(what, strlen(what));
	append(&end, 1);
}

void tell_result(long result)
{
	++*calls;
	if (result == -1)
		tell(" = -1 %s", strerrorname_np(error_after));
	else
		tell(" = %ld", result);
	if (result != -1 && error_after != ERRNO_BEFORE)
		tell(" (errno is now %d)", error_after);
	if (broken_pipes)
		tell(" (SIGPIPE)");
	broken_pipes = 0;
}

void tell_except_result(char letter, long result)
{
	const char begin[] = { EXCEPT_BEGIN, letter }, end = EXCEPT_END;

	append(begin, sizeof begin);
	tell_result(result);
	append(&end, 1);
}
