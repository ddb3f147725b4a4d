/* SPDX-License-Identifier: MIT
 * How often each event was seen.
 */
#include "counters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "array_grow.h"
#include "json.h"

static struct total *find(const struct counters *totals,
			  const struct total *key)
{
	for (unsigned i = 0; i < totals->count; i++) {
		struct total *t = &totals->of[i];

		if (t->kind == key->kind && t->mode == key->mode &&
		    t->uid == key->uid && !strcmp(t->rule, key->rule) &&
		    !strcmp(t->program, key->program))
			return t;
	}
	return NULL;
}

/* Names come from journals: valid UTF-8 without control bytes from here on,
 * before they are compared, so that no two of them look the same. */
static void make_printable(char *text)
{
	unsigned char *s = (unsigned char *)text;

	while (*s) {
		size_t len = character_length(s);

		if (len && !character_is_control(s, len)) {
			s += len;
			continue;
		}
		do
			*s++ = '?';
		while (len-- > 1);
	}
}

static struct total nameless(const struct total *key, uid_t uid)
{
	struct total other = {.kind = key->kind, .mode = key->mode, .uid = uid};

	strcpy(other.program, TOTALS_OTHER);
	other.count = key->count;
	return other;
}

static void append(struct counters *totals, const struct total *key)
{
	totals->of = grow(totals->of, totals->count, sizeof *totals->of);
	totals->of[totals->count++] = *key;
}

static unsigned count_of(const struct counters *totals, uid_t uid)
{
	unsigned count = 0;

	for (unsigned i = 0; i < totals->count; i++)
		count += totals->of[i].uid == uid;
	return count;
}

/* Beyond a quota: what a new name is counted as. */
static struct total within_quota(const struct counters *totals,
				 const struct total *t)
{
	const uid_t own = geteuid();
	const unsigned theirs = count_of(totals, t->uid);

	if (t->uid == own)
		return theirs < TOTALS_MAX ? *t : nameless(t, own);
	if (totals->count - count_of(totals, own) >= TOTALS_OF_OTHERS)
		return nameless(t, TOTALS_ANY_UID);
	return theirs < TOTALS_OF_USER ? *t : nameless(t, t->uid);
}

void totals_add(struct counters *totals, const struct total *key)
{
	struct total t = *key;
	struct total *known;

	make_printable(t.rule);
	make_printable(t.program);
	known = find(totals, &t);
	if (!known) {
		t = within_quota(totals, &t);
		known = find(totals, &t);
	}
	if (known)
		known->count += t.count;
	else
		append(totals, &t);
}

struct counters totals_copy(const struct counters *totals)
{
	struct counters copy = {0};

	for (unsigned i = 0; i < totals->count; i++)
		append(&copy, &totals->of[i]);
	return copy;
}

struct total total_of(const struct event *e, const char *program, uid_t uid)
{
	struct total one = {
		.kind = e->id < EVENT_COUNT_OF ? e->id : TOTAL_UNKNOWN,
		.mode = e->flags & EVENT_WOULD ? TOTAL_OBSERVED : TOTAL_MENDED,
		.uid = uid,
		.count = 1,
	};

	memcpy(one.rule, e->rule, sizeof one.rule);
	memcpy(one.program, program, sizeof one.program);
	one.rule[sizeof one.rule - 1] = 0;
	one.program[sizeof one.program - 1] = 0;
	return one;
}
