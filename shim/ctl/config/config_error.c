/* SPDX-License-Identifier: MIT
 * What is wrong with a configuration, a line for each problem.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_error.h"
#include "ctl.h"

static void print_place(char *out, size_t size, struct location place)
{
	if (!place.file)
		snprintf(out, size, "sockmendctl: ");
	else if (!place.line)
		snprintf(out, size, "%s: ", place.file);
	else
		snprintf(out, size, "%s:%u: ", place.file, place.line);
}

static void make_harmless(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

static bool is_same_file(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static unsigned number_of(const struct problems *problems, const char *file)
{
	unsigned files = 0;

	for (unsigned i = problems->kept; i-- > 0;) {
		const struct problem *p = &problems->of[i];

		if (is_same_file(p->place.file, file))
			return p->file;
		if (p->file >= files)
			files = p->file + 1;
	}
	return files;
}

static void keep(struct problems *problems, struct location place,
		 const char *text)
{
	struct pool *pool = &problems->pool;
	struct problem problem = {.order = problems->kept};

	if (problems->kept == PROBLEMS_MAX)
		return;
	problem.file = number_of(problems, place.file);
	problem.place.line = place.line;
	if (place.file) /* it may go before we do */
		problem.place.file =
			pool_copy(pool, place.file, strlen(place.file));
	problem.text = pool_copy(pool, text, strlen(text));
	problems->of =
		pool_grow(pool, problems->of, problems->kept, sizeof problem);
	problems->of[problems->kept++] = problem;
}

bool config_error(struct config_errors *c, struct location place,
		  const char *format, ...)
{
	char text[sizeof c->text];
	size_t used;
	va_list args;

	if (c->count++ && !c->all)
		return false;
	print_place(text, sizeof text, place);
	used = strlen(text);
	va_start(args, format);
	vsnprintf(text + used, sizeof text - used, format, args);
	va_end(args);
	make_harmless(text);
	if (c->all)
		keep(c->all, place, text);
	if (c->count == 1)
		memcpy(c->text, text, sizeof text);
	return false;
}

char *place_print(struct location place, struct pool *pool)
{
	char *text = place.line
			     ? pool_print(pool, "%s:%u", place.file, place.line)
			     : pool_print(pool, "%s", place.file);

	make_harmless(text);
	return text;
}

int config_error_print(const struct config_errors *c)
{
	fprintf(stderr, "%s\n", c->text);
	return EXIT_FAIL;
}

static int by_line(const void *a, const void *b)
{
	const struct problem *one = a, *two = b;

	if (one->file != two->file)
		return one->file < two->file ? -1 : 1;
	if (one->place.line != two->place.line)
		return one->place.line < two->place.line ? -1 : 1;
	return one->order < two->order ? -1 : 1;
}

void problems_print(struct problems *problems)
{
	if (problems->kept)
		qsort(problems->of, problems->kept, sizeof *problems->of,
		      by_line);
	for (unsigned i = 0; i < problems->kept; i++)
		fprintf(stderr, "%s\n", problems->of[i].text);
}

void problems_free(struct problems *problems)
{
	pool_return(&problems->pool);
}
