/* SPDX-License-Identifier: MIT
 * Writes JSON strings that any parser takes, whatever bytes went in.
 */
#include "json.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* How many bytes a sequence that starts with `lead` has; 0: none does. */
static size_t sequence_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead < 0xe0)
		return 2;
	if ((lead & 0xf0) == 0xe0)
		return 3;
	if (lead >= 0xf0 && lead < 0xf5)
		return 4;
	return 0;
}

/* Overlong forms, surrogates and what lies beyond U+10FFFF. */
static bool is_forbidden(const unsigned char *s)
{
	if (s[0] == 0xe0)
		return s[1] < 0xa0;
	if (s[0] == 0xed)
		return s[1] > 0x9f;
	if (s[0] == 0xf0)
		return s[1] < 0x90;
	return s[0] == 0xf4 && s[1] > 0x8f;
}

size_t character_length(const unsigned char *s)
{
	size_t len = sequence_length(*s);

	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return len > 1 && is_forbidden(s) ? 0 : len;
}

static unsigned code_point(const unsigned char *s, size_t len)
{
	unsigned code = len == 1 ? *s : *s & (0x7fu >> len);

	for (size_t i = 1; i < len; i++)
		code = code << 6 | (s[i] & 0x3fu);
	return code;
}

bool character_is_control(const unsigned char *s, size_t len)
{
	const unsigned code = len ? code_point(s, len) : 0xfffd;

	return code < ' ' || (code >= 0x7f && code < 0xa0) || code == 0x61c ||
	       code == 0x200e || code == 0x200f ||
	       (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069);
}

static void put_character(FILE *out, const unsigned char *s, size_t len)
{
	if (!len)
		fputs("\\ufffd", out);
	else if (character_is_control(s, len))
		fprintf(out, "\\u%04x", code_point(s, len));
	else if (*s == '"' || *s == '\\')
		fprintf(out, "\\%c", *s);
	else
		fwrite(s, 1, len, out);
}

void json_string(FILE *out, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	putc('"', out);
	while (*s) {
		size_t len = character_length(s);

		put_character(out, s, len);
		s += len ? len : 1;
	}
	putc('"', out);
}

void json_pair(FILE *out, const char *name, const char *text)
{
	json_string(out, name);
	putc(':', out);
	json_string(out, text);
}
