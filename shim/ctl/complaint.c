/* SPDX-License-Identifier: MIT
 * What is wrong with a configuration: the first thing found, in one line.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "complaint.h"
#include "ctl.h"

static int print_place(char *out, size_t size, struct place place)
{
	if (!place.file)
		return snprintf(out, size, "sockmendctl: ");
	if (!place.line)
		return snprintf(out, size, "%s: ", place.file);
	return snprintf(out, size, "%s:%u: ", place.file, place.line);
}

static void make_harmless(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

bool complain(struct complaint *c, struct place place, const char *format, ...)
{
	size_t used;
	va_list args;

	if (*c->text)
		return false;
	print_place(c->text, sizeof c->text, place);
	used = strlen(c->text);
	va_start(args, format);
	vsnprintf(c->text + used, sizeof c->text - used, format, args);
	va_end(args);
	make_harmless(c->text);
	return false;
}

char *place_print(struct place place, struct pool *pool)
{
	if (!place.line)
		return pool_print(pool, "%s", place.file);
	return pool_print(pool, "%s:%u", place.file, place.line);
}

int complaint_print(const struct complaint *c)
{
	fprintf(stderr, "%s\n", c->text);
	return EXIT_BAD_NEWS;
}
