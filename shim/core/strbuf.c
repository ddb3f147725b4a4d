/* SPDX-License-Identifier: MIT
 * Short texts without stdio, locale or malloc.
 */
#include "core/strbuf.h"

#include <string.h>

#include "core/policy.h"

struct strbuf strbuf_over(char *buffer, size_t size)
{
	*buffer = '\0';
	return (struct strbuf){buffer, buffer + size - 1, buffer};
}

void strbuf_add_bytes(struct strbuf *t, const char *bytes, size_t count)
{
	const size_t room = (size_t)(t->end - t->at);

	if (count > room)
		count = room;
	memcpy(t->at, bytes, count);
	t->at += count;
	*t->at = '\0';
}

void strbuf_add(struct strbuf *t, const char *string)
{
	strbuf_add_bytes(t, string, strlen(string));
}

void strbuf_add_char(struct strbuf *t, char c)
{
	strbuf_add_bytes(t, &c, 1);
}

void strbuf_add_printable(struct strbuf *t, const char *string, size_t room)
{
	for (; room-- && *string; string++)
		strbuf_add_char(t, *string >= ' ' && *string < 127 ? *string
								   : '?');
}

void strbuf_add_gap(struct strbuf *t)
{
	if (t->at != t->start)
		strbuf_add_char(t, ' ');
}

static void add_unsigned(struct strbuf *t, uint64_t number, unsigned base)
{
	char digits[20];
	unsigned at = sizeof digits;

	do
		digits[--at] = "0123456789abcdef"[number % base];
	while (number /= base);
	strbuf_add_bytes(t, digits + at, sizeof digits - at);
}

void strbuf_add_number(struct strbuf *t, int64_t number)
{
	if (number < 0)
		strbuf_add_char(t, '-');
	add_unsigned(t, number < 0 ? -(uint64_t)number : (uint64_t)number, 10);
}

void strbuf_add_hex32(struct strbuf *t, uint32_t number)
{
	for (int shift = 28; shift >= 0; shift -= 4)
		strbuf_add_char(t, "0123456789abcdef"[number >> shift & 15]);
}

void strbuf_add_duration(struct strbuf *t, int64_t milliseconds)
{
	static const struct {
		int64_t size;
		const char *name;
	} units[] = {{DAY, "d"},
		     {HOUR, "h"},
		     {60 * SECOND, "m"},
		     {SECOND, "s"},
		     {1, "ms"}};
	unsigned u = milliseconds ? 0 : 3; /* nothing at all is "0s" */

	while (milliseconds && u < 4 &&
	       (milliseconds < units[u].size || milliseconds % units[u].size))
		u++;
	strbuf_add_number(t, milliseconds / units[u].size);
	strbuf_add(t, units[u].name);
}

static void add_v4(struct strbuf *t, const uint8_t addr[4])
{
	for (int i = 0; i < 4; i++) {
		if (i)
			strbuf_add_char(t, '.');
		strbuf_add_number(t, addr[i]);
	}
}

static unsigned group(const uint8_t addr[16], int i)
{
	return (unsigned)addr[2 * i] << 8 | addr[2 * i + 1];
}

/* The first longest run of at least two zero groups (RFC 5952 4.2). */
static void longest_zeros(const uint8_t addr[16], int *first, int *count)
{
	*first = -1;
	*count = 1;
	for (int i = 0; i < 8; i++) {
		int run = 0;

		while (i + run < 8 && !group(addr, i + run))
			run++;
		if (run > *count) {
			*first = i;
			*count = run;
		}
		i += run;
	}
}

static void add_v6(struct strbuf *t, const uint8_t addr[16])
{
	int first, count;

	longest_zeros(addr, &first, &count);
	for (int i = 0; i < 8; i++) {
		if (i == first) {
			strbuf_add(t, "::");
			i += count - 1;
			continue;
		}
		if (i && i != first + count)
			strbuf_add_char(t, ':');
		add_unsigned(t, group(addr, i), 16);
	}
}

void strbuf_add_addr(struct strbuf *t, const uint8_t addr[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, 0xff};

	if (memcmp(addr, mapped, sizeof mapped))
		add_v6(t, addr);
	else
		add_v4(t, addr + 12);
}

void strbuf_add_endpoint(struct strbuf *t, const struct endpoint *e)
{
	if (!e->known) {
		strbuf_add_char(t, '?');
		return;
	}
	if (endpoint_is_v4(e)) {
		strbuf_add_addr(t, e->addr);
	} else {
		strbuf_add_char(t, '[');
		strbuf_add_addr(t, e->addr);
		strbuf_add_char(t, ']');
	}
	strbuf_add_char(t, ':');
	strbuf_add_number(t, e->port);
}
