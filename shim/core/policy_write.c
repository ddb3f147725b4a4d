/* SPDX-License-Identifier: MIT
 * The policy text, written.
 */
#include "core/policy_text.h"
#include "core/span.h"
#include "core/strbuf.h"

static void add_escaped(struct strbuf *t, const char *string)
{
	for (; *string; string++) {
		const uint8_t c = (uint8_t)*string;

		if (c > ' ' && c < 127 && c != '%' && c != ',') {
			strbuf_add_char(t, (char)c);
			continue;
		}
		strbuf_add_char(t, '%');
		strbuf_add_char(t, "0123456789abcdef"[c >> 4]);
		strbuf_add_char(t, "0123456789abcdef"[c & 15]);
	}
}

static void add_globs(struct strbuf *t, const struct glob_list *list)
{
	for (unsigned i = 0; i < list->count; i++) {
		strbuf_add(t, i ? "," : " program=");
		add_escaped(t, list->of[i]);
	}
}

static void add_prefixes(struct strbuf *t, const char *key,
			 const struct prefix_list *list)
{
	for (unsigned i = 0; i < list->count; i++) {
		char one[64];

		prefix_write(&list->of[i], one);
		strbuf_add(t, i ? "," : key);
		strbuf_add(t, one);
	}
}

/* Word number `index` of a '|'-separated list. */
static void add_word(struct strbuf *t, const char *words, int64_t index)
{
	while (index--)
		words += strcspn(words, "|") + 1;
	strbuf_add_bytes(t, words, strcspn(words, "|"));
}

static void add_value(struct strbuf *t, const struct rule_option_info *f,
		      int64_t value)
{
	char path[64];

	rule_option_path(f, path);
	strbuf_add_char(t, ' ');
	strbuf_add(t, path);
	strbuf_add_char(t, '=');
	if (f->kind == OPTION_SECTION)
		strbuf_add(t, "on");
	else if (f->kind == OPTION_WORD)
		add_word(t, f->words, value);
	else if (f->kind == OPTION_TEXT)
		add_escaped(t, (const char *)(intptr_t)value);
	else if (value == AUTO)
		strbuf_add(t, "auto");
	else
		strbuf_add_number(t, value);
}

static void add_rule(struct strbuf *t, const struct rule *rule)
{
	strbuf_add(t, "rule name=");
	add_escaped(t, rule->name);
	add_globs(t, &rule->program);
	if (rule->direction != DIRECTION_ANY) {
		strbuf_add(t, " direction=");
		add_word(t, direction_words, rule->direction);
	}
	add_prefixes(t, " local=", &rule->local);
	add_prefixes(t, " peer=", &rule->peer);
	for (unsigned i = 0; i < RULE_OPTIONS; i++)
		if (rule->value[i] != UNSET)
			add_value(t, &rule_options[i], rule->value[i]);
	strbuf_add_char(t, '\n');
}

size_t policy_write(const struct policy *policy, char out[POLICY_TEXT_MAX + 1])
{
	struct strbuf t = strbuf_over(out, POLICY_TEXT_MAX + 1);
	uint32_t sum;

	strbuf_add(&t, POLICY_BANNER);
	strbuf_add_number(&t, POLICY_VERSION);
	strbuf_add_char(&t, ' ');
	add_word(&t, mode_words, policy->mode);
	strbuf_add_char(&t, ' ');
	add_word(&t, log_words, policy->log);
	strbuf_add_char(&t, '\n');
	for (unsigned i = 0; i < policy->count; i++)
		add_rule(&t, &policy->rule[i]);
	sum = span_hash((struct span){out, t.at});
	strbuf_add(&t, "end ");
	strbuf_add_number(&t, policy->count);
	strbuf_add_char(&t, ' ');
	strbuf_add_hex32(&t, sum);
	strbuf_add_char(&t, '\n');
	return t.at == t.end ? 0 : (size_t)(t.at - out);
}
