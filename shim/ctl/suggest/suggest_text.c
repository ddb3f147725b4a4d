/* SPDX-License-Identifier: MIT
 * How suggest writes: comments that are wrapped, and values as text.
 */
#include "suggest_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/strbuf.h"

#define WIDTH 78

/* The words of `text` behind `margin`, in as many lines as it takes. */
static void put_wrapped(const char *margin, const char *text)
{
	const size_t tab =
		strchr(margin, '\t') ? 7 : 0; /* columns more than bytes */
	size_t at = 0;

	for (; *text; text += strspn(text, " ")) {
		const size_t len = strcspn(text, " ");

		if (at && tab + at + 1 + len > WIDTH) {
			putchar('\n');
			at = 0;
		}
		at += (size_t)printf("%s%.*s", at ? " " : margin, (int)len,
				     text);
		text += len;
	}
	putchar('\n');
}

void comment(const char *margin, const char *format, ...)
{
	char text[SUGGEST_TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	put_wrapped(margin, text);
}

const char *printable(const char *string, char out[SUGGEST_NAME_MAX])
{
	struct strbuf text = strbuf_over(out, SUGGEST_NAME_MAX);

	strbuf_add_printable(&text, string, strlen(string));
	return out;
}

const char *endpoint_text(const struct endpoint *e, char out[64])
{
	struct strbuf text = strbuf_over(out, 64);

	strbuf_add_endpoint(&text, e);
	return out;
}
