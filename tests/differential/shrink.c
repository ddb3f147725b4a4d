/* SPDX-License-Identifier: MIT
 * A case that differed: again, with fewer ops, and told to a person.
 */
#include "shrink.h"

#include <stdio.h>
#include <string.h>

#define AGAIN 5 /* so often, to know chance from cause */

/* Where it differs with these ops, as text_differs() has it. */
static long differs(const struct suspicion *s, const bool *ops)
{
	const uint32_t place = s->number % CASES_MAX;
	const struct work work = { s->seed, s->number, s->number + 1, ops };
	const struct account *bare = s->bare->account;
	const struct account *other = s->other->account;

	if (!worker_run(s->bare, NULL, &work) ||
	    !worker_run(s->other, s->posture, &work))
		return -1;
	return text_differs(bare->text[place], bare->len[place],
			    other->text[place], other->len[place],
			    s->posture->except);
}

/* Twice, so that chance does not lead the way. */
static bool still_differs(const struct suspicion *s, const bool *ops)
{
	return differs(s, ops) >= 0 && differs(s, ops) >= 0;
}

/* Leave out `size` ops at a time, wherever it goes on differing. */
static void leave_out(const struct suspicion *s, bool *ops, int size)
{
	bool fewer[OPS_MAX];

	for (int at = 0; at < OPS_MAX; at += size) {
		const int end = at + size < OPS_MAX ? at + size : OPS_MAX;

		memcpy(fewer, ops, sizeof fewer);
		memset(fewer + at, 0, (size_t)(end - at));
		if (memcmp(fewer, ops, sizeof fewer) &&
		    still_differs(s, fewer))
			memcpy(ops, fewer, sizeof fewer);
	}
}

void print_text(const char *text, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++) {
		if (text[i] == EXCEPT_BEGIN && i + 1 < len)
			printf("<%c:", text[++i]);
		else
			putchar(text[i] == EXCEPT_END ? '>' : text[i]);
	}
}

void print_line_at(const char *text, uint32_t len, long at)
{
	uint32_t begin = (uint32_t)at, end = begin;

	while (begin > 0 && text[begin - 1] != '\n')
		begin--;
	while (end < len && text[end] != '\n')
		end++;
	print_text(text + begin, end - begin);
	putchar('\n');
}

void print_line_like(const char *text, long at, const char *other,
		     uint32_t len)
{
	const char *line = other;

	for (long i = 0; i < at && line; i++) {
		if (text[i] != '\n')
			continue;
		line = memchr(line, '\n', (size_t)(other + len - line));
		line += line != NULL;
	}
	if (line && line < other + len)
		print_line_at(other, len, line - other);
	else
		puts("nothing");
}

/* The calls, without what was left after them. */
static uint32_t calls_of(const char *text, uint32_t len)
{
	const char *left = memmem(text, len, "\nleft ", 6);

	return left ? (uint32_t)(left + 1 - text) : len;
}

static void print_how(const struct suspicion *s, const bool *ops)
{
	printf("differ --seed %llu --case %u --posture %s --ops ",
	       (unsigned long long)s->seed, s->number, s->posture->name);
	for (int i = 0, first = 1; i < OPS_MAX; i++) {
		if (!ops[i])
			continue;
		printf("%s%d", first ? "" : ",", i);
		first = 0;
	}
	putchar('\n');
}

bool show(const struct suspicion *s, const bool *ops)
{
	const uint32_t place = s->number % CASES_MAX;
	const struct account *bare = s->bare->account;
	const struct account *other = s->other->account;
	const long at = differs(s, ops);

	if (at < 0)
		return false;
	print_how(s, ops);
	print_text(bare->text[place],
		   calls_of(bare->text[place], bare->len[place]));
	printf("bare has: ");
	print_line_like(other->text[place], at, bare->text[place],
			bare->len[place]);
	printf("%s has: ", s->posture->name);
	print_line_at(other->text[place], other->len[place], at);
	putchar('\n');
	return true;
}

bool shrink(const struct suspicion *s)
{
	bool ops[OPS_MAX];
	int times = 0;

	memset(ops, 1, sizeof ops);
	for (int i = 0; i < AGAIN; i++)
		times += differs(s, ops) >= 0;
	if (times < AGAIN - 1)
		return false;
	for (int size = OPS_MAX / 4; size; size /= 2)
		leave_out(s, ops, size);
	leave_out(s, ops, 1);
	for (int i = 0; i < AGAIN; i++)
		if (show(s, ops))
			return true;
	return true;
}
