/* SPDX-License-Identifier: MIT
 * The policy text, written.
 */
#include "policy_text.h"
#include "span.h"
#include "text.h"

static void add_escaped(struct text *t, const char *string)
{
	for (; *string; string++) {
		const uint8_t c = (uint8_t)*string;

		if (c > ' ' && c < 127 && c != '%' && c != ',') {
			text_add_char(t, (char)c);
			continue;
		}
		text_add_char(t, '%');
		text_add_char(t, "0123456789abcdef"[c >> 4]);
		text_add_char(t, "0123456789abcdef"[c & 15]);
	}
}

static void add_globs(struct text *t, const struct glob_list *list)
{
	for (unsigned i = 0; i < list->count; i++) {
		text_add(t, i ? "," : " program=");
		add_escaped(t, list->of[i]);
	}
}

static void add_prefixes(struct text *t, const char *key,
			 const struct prefix_list *list)
{
	for (unsigned i = 0; i < list->count; i++) {
		char one[64];

		prefix_write(&list->of[i], one);
		text_add(t, i ? "," : key);
		text_add(t, one);
	}
}

/* Word number `index` of a '|'-separated list. */
static void add_word(struct text *t, const char *words, int64_t index)
{
	while (index--)
		words += strcspn(words, "|") + 1;
	text_add_bytes(t, words, strcspn(words, "|"));
}

static void add_value(struct text *t, const struct field *f, int64_t value)
{
	char path[64];

	field_path(f, path);
	text_add_char(t, ' ');
	text_add(t, path);
	text_add_char(t, '=');
	if (f->kind == FIELD_SECTION)
		text_add(t, "on");
	else if (f->kind == FIELD_WORD)
		add_word(t, f->words, value);
	else if (f->kind == FIELD_TEXT)
		add_escaped(t, (const char *)(intptr_t)value);
	else if (value == AUTO)
		text_add(t, "auto");
	else
		text_add_number(t, value);
}

static void add_rule(struct text *t, const struct rule *rule)
{
	text_add(t, "rule name=");
	add_escaped(t, rule->name);
	add_globs(t, &rule->program);
	if (rule->direction != DIRECTION_ANY) {
		text_add(t, " direction=");
		add_word(t, direction_words, rule->direction);
	}
	add_prefixes(t, " local=", &rule->local);
	add_prefixes(t, " peer=", &rule->peer);
	for (unsigned i = 0; i < FIELD_COUNT_OF; i++)
		if (rule->value[i] != UNSET)
			add_value(t, &fields[i], rule->value[i]);
	text_add_char(t, '\n');
}

size_t policy_write(const struct policy *policy, char out[POLICY_TEXT_MAX + 1])
{
	struct text t = text_over(out, POLICY_TEXT_MAX + 1);
	uint32_t sum;

	text_add(&t, POLICY_BANNER);
	text_add_number(&t, POLICY_VERSION);
	text_add_char(&t, ' ');
	add_word(&t, mode_words, policy->mode);
	text_add_char(&t, ' ');
	add_word(&t, log_words, policy->log);
	text_add_char(&t, '\n');
	for (unsigned i = 0; i < policy->count; i++)
		add_rule(&t, &policy->rule[i]);
	sum = span_hash((struct span){ out, t.at });
	text_add(&t, "end ");
	text_add_number(&t, policy->count);
	text_add_char(&t, ' ');
	text_add_hex32(&t, sum);
	text_add_char(&t, '\n');
	return t.at == t.end ? 0 : (size_t)(t.at - out);
}
