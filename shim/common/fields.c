/* SPDX-License-Identifier: MIT
 * The rows of fields.h as a table, and what they say to people.
 */
#include "fields.h"

#include <string.h>

#include "text.h"

const struct field fields[FIELD_COUNT_OF] = {
#define X(id, section, name, kind, min, max, if_unset, words, help, ...)       \
	[id] = { section, name, kind, min, max, if_unset, words },
	FOR_EACH_FIELD(X)
#undef X
};

const char field_help[FIELD_COUNT_OF][60] = {
#define X(id, section, name, kind, min, max, if_unset, words, help, ...) help,
	FOR_EACH_FIELD(X)
#undef X
};

void field_path(const struct field *f, char out[64])
{
	struct text t = text_over(out, 64);

	if (*f->section) {
		text_add(&t, f->section);
		text_add_char(&t, '.');
	}
	text_add(&t, f->name);
}

bool field_can_be_off(const struct field *f)
{
	return f->kind == FIELD_DURATION || f->kind == FIELD_SECONDS ||
	       f->kind == FIELD_DURATION_OR_AUTO;
}

static void add_bound(struct text *t, const struct field *f, int64_t bound)
{
	if (f->kind == FIELD_COUNT || f->kind == FIELD_NUMBER)
		text_add_number(t, bound);
	else
		text_add_duration(t, bound);
}

void field_wants(const struct field *f, char out[96])
{
	struct text t = text_over(out, 96);

	if (f->kind == FIELD_SECTION) {
		text_add(&t, "a section { }");
		return;
	}
	if (f->kind == FIELD_WORD) {
		text_add(&t, f->words);
		return;
	}
	if (f->kind == FIELD_DURATION_OR_AUTO)
		text_add(&t, "auto, ");
	if (f->kind == FIELD_TEXT) {
		text_add_number(&t, f->min);
		text_add_char(&t, '-');
		text_add_number(&t, f->max);
		text_add(&t, " letters, digits and ._:@-");
		return;
	}
	if (f->kind == FIELD_SECONDS || f->kind == FIELD_WHOLE_TIME)
		text_add(&t, "whole seconds, ");
	add_bound(&t, f, f->min);
	text_add_char(&t, '-');
	add_bound(&t, f, f->max);
	if (field_can_be_off(f))
		text_add(&t, " or off");
}

int word_index(const char *words, const char *text, unsigned len)
{
	for (int index = 0; *words; index++) {
		const size_t here = strcspn(words, "|");

		if (here == len && !memcmp(words, text, len))
			return index;
		words += here;
		words += *words == '|';
	}
	return -1;
}
