/* SPDX-License-Identifier: MIT
 * Reads unit files as systemd does: systemd.syntax(7), systemd.service(5).
 */
#include "unit_text.h"

#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r"

/* Like systemd: a backslash that nothing escapes joins the next line, and
 * comments in between are not there. Gives what is behind it, or NULL. */
static const char *read_line(const char *text, char *out, unsigned *lines)
{
	size_t used = 0;

	if (!*text)
		return NULL;
	for (bool joined = true; joined && *text;) {
		size_t len = strcspn(text, "\n"), slashes = 0;
		const char *start = text + strspn(text, BLANKS);

		joined = used > 0;
		if (!strchr("#;", *start) || !*start) {
			memcpy(out + used, text, len);
			used += len;
			while (slashes < len && text[len - 1 - slashes] == '\\')
				slashes++;
			joined = slashes & 1;
			if (joined)
				out[used - 1] = ' ';
		}
		text += len + (text[len] == '\n');
		++*lines;
	}
	out[used] = 0;
	return text;
}

static char *trimmed(char *text)
{
	size_t len;

	text += strspn(text, BLANKS);
	len = strlen(text);
	while (len && strchr(BLANKS, text[len - 1]))
		text[--len] = 0;
	return text;
}

static void add(char *line, const char *file, unsigned number,
		struct pool *pool, struct unit_settings *unit_settings)
{
	char *equals = strchr(line, '=');
	struct unit_setting *s;

	if (!equals)
		return;
	*equals = 0;
	unit_settings->of =
		pool_grow(pool, unit_settings->of, unit_settings->count,
			  sizeof *unit_settings->of);
	s = &unit_settings->of[unit_settings->count++];
	line = trimmed(line);
	s->key = pool_copy(pool, line, strlen(line));
	line = trimmed(equals + 1);
	s->value = pool_copy(pool, line, strlen(line));
	s->file = file;
	s->line = number;
}

void unit_text_read(const char *text, const char *file, struct pool *pool,
		    struct unit_settings *unit_settings)
{
	char *buffer = pool_take(pool, strlen(text) + 1);
	bool service = false;
	unsigned lines = 0;

	for (;;) {
		unsigned number = lines + 1;
		char *line;

		text = read_line(text, buffer, &lines);
		if (!text)
			return;
		line = trimmed(buffer);
		if (*line == '[')
			service = !strcmp(line, "[Service]");
		else if (service)
			add(line, file, number, pool, unit_settings);
	}
}

/* The byte an escape stands for behind its backslash, *at moved over it, or
 * -1. (\u and \U are not read: no path of ours has them.) */
static int unescape(const char **at)
{
	static const char letters[] = "abfnrtvs\\\"'";
	static const char bytes[] = "\a\b\f\n\r\t\v \\\"'";
	const char *known = **at ? strchr(letters, **at) : NULL;
	char digits[4] = "";
	int base = **at == 'x' ? 16 : 8, want = base == 16 ? 2 : 3;
	char *end;
	int byte;

	if (known) {
		++*at;
		return (unsigned char)bytes[known - letters];
	}
	*at += base == 16;
	strncpy(digits, *at, (size_t)want);
	byte = (int)strtol(digits, &end, base);
	if (end != digits + want || byte < 1 || byte > 255)
		return -1;
	*at += want;
	return byte;
}

/* One character of a word into *out; false when the word is no word. */
static bool read_char(const char **at, char *quote, char **out)
{
	char c = *(*at)++;
	int byte;

	if (c == *quote) {
		*quote = 0;
		return true;
	}
	if (!*quote && (c == '"' || c == '\'')) {
		*quote = c;
		return true;
	}
	if (c != '\\') {
		*(*out)++ = c;
		return true;
	}
	byte = unescape(at);
	*(*out)++ = (char)byte;
	return byte >= 0;
}

char *unit_word(const char **at, struct pool *pool)
{
	char *word, *out, quote = 0;

	*at += strspn(*at, BLANKS);
	if (!**at)
		return NULL;
	word = out = pool_take(pool, strlen(*at) + 1);
	while (**at && (quote || !strchr(BLANKS, **at)))
		if (!read_char(at, &quote, &out))
			return NULL;
	return quote ? NULL : word;
}

char *unit_quote(const char *text, bool specifiers, struct pool *pool)
{
	static const char hex[] = "0123456789abcdef";
	char *quoted = pool_take(pool, 4 * strlen(text) + 3), *out = quoted;

	*out++ = '"';
	for (; *text; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c == '\n') {
			out = stpcpy(out, "\\n");
		} else if (c < ' ' || c == 0x7f) {
			out = stpcpy(out, "\\x");
			*out++ = hex[c >> 4];
			*out++ = hex[c & 15];
		} else {
			if (c == '"' || c == '\\')
				*out++ = '\\';
			if (c == '%' && !specifiers)
				*out++ = '%';
			*out++ = (char)c;
		}
	}
	*out++ = '"';
	return quoted;
}
