/* SPDX-License-Identifier: MIT
 * The rows of rule_options.h as a table, and what they say to people.
 */
#include "core/rule_options.h"

#include <string.h>

#include "core/strbuf.h"

const struct rule_option_info rule_options[RULE_OPTIONS] = {
#define X(id, section, name, kind, min, max, if_unset, words, help, ...)       \
	[id] = {section, name, kind, min, max, if_unset, words},
	FOR_EACH_RULE_OPTION(X)
#undef X
};

const char rule_option_help[RULE_OPTIONS][60] = {
#define X(id, section, name, kind, min, max, if_unset, words, help, ...) help,
	FOR_EACH_RULE_OPTION(X)
#undef X
};

void rule_option_path(const struct rule_option_info *f, char out[64])
{
	struct strbuf t = strbuf_over(out, 64);

	if (*f->section) {
		strbuf_add(&t, f->section);
		strbuf_add_char(&t, '.');
	}
	strbuf_add(&t, f->name);
}

bool rule_option_can_be_off(const struct rule_option_info *f)
{
	return f->kind == OPTION_DURATION || f->kind == OPTION_SECONDS ||
	       f->kind == OPTION_DURATION_OR_AUTO;
}

static void add_bound(struct strbuf *t, const struct rule_option_info *f,
		      int64_t bound)
{
	if (f->kind == OPTION_COUNT || f->kind == OPTION_NUMBER)
		strbuf_add_number(t, bound);
	else
		strbuf_add_duration(t, bound);
}

void rule_option_wants(const struct rule_option_info *f, char out[96])
{
	struct strbuf t = strbuf_over(out, 96);

	if (f->kind == OPTION_SECTION) {
		strbuf_add(&t, "a section { }");
		return;
	}
	if (f->kind == OPTION_WORD) {
		strbuf_add(&t, f->words);
		return;
	}
	if (f->kind == OPTION_DURATION_OR_AUTO)
		strbuf_add(&t, "auto, ");
	if (f->kind == OPTION_TEXT) {
		strbuf_add_number(&t, f->min);
		strbuf_add_char(&t, '-');
		strbuf_add_number(&t, f->max);
		strbuf_add(&t, " letters, digits and ._:@-");
		return;
	}
	if (f->kind == OPTION_SECONDS || f->kind == OPTION_WHOLE_TIME)
		strbuf_add(&t, "whole seconds, ");
	add_bound(&t, f, f->min);
	strbuf_add_char(&t, '-');
	add_bound(&t, f, f->max);
	if (rule_option_can_be_off(f))
		strbuf_add(&t, " or off");
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
