/* SPDX-License-Identifier: MIT
 * How often each event was seen.
 */
#include "totals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "grow.h"

static struct total *find(const struct totals *totals, const struct total *key)
{
	for (unsigned i = 0; i < totals->count; i++) {
		struct total *t = &totals->of[i];

		if (t->kind == key->kind && t->mode == key->mode &&
		    !strcmp(t->rule, key->rule) &&
		    !strcmp(t->program, key->program))
			return t;
	}
	return NULL;
}

static struct total nameless(const struct total *key)
{
	struct total other = {.kind = key->kind, .mode = key->mode};

	strcpy(other.program, TOTALS_OTHER);
	other.count = key->count;
	return other;
}

static void append(struct totals *totals, const struct total *key)
{
	totals->of = grow(totals->of, totals->count, sizeof *totals->of);
	totals->of[totals->count++] = *key;
}

void totals_add(struct totals *totals, const struct total *key)
{
	struct total *known = find(totals, key);
	struct total other;

	if (!known && totals->count >= TOTALS_MAX) {
		other = nameless(key);
		key = &other;
		known = find(totals, key);
	}
	if (known)
		known->count += key->count;
	else
		append(totals, key);
}

struct totals totals_copy(const struct totals *totals)
{
	struct totals copy = {0};

	for (unsigned i = 0; i < totals->count; i++)
		append(&copy, &totals->of[i]);
	return copy;
}

struct total total_of(const struct event *e, const char *program)
{
	struct total one = {
		.kind = e->id < EVENT_COUNT_OF ? e->id : TOTAL_UNKNOWN,
		.mode = e->flags & EVENT_WOULD ? TOTAL_OBSERVED : TOTAL_MENDED,
		.count = 1,
	};

	memcpy(one.rule, e->rule, sizeof one.rule);
	memcpy(one.program, program, sizeof one.program);
	one.rule[sizeof one.rule - 1] = 0;
	one.program[sizeof one.program - 1] = 0;
	return one;
}
