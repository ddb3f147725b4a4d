/* SPDX-License-Identifier: MIT
 * The policy text, read. Pure but for the arena it is given.
 */
#include <stdalign.h>

#include "core/policy_text.h"
#include "core/span.h"
#include "core/strbuf.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Two digits, or -1. */
static int hex_byte(const char *at)
{
	const int high = hex_digit(at[0]), low = hex_digit(at[1]);

	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

size_t policy_arena_size(size_t text_len)
{
	/* No two bytes of text can ask for more than this: a rule wants a
	 * line of at least 12, a prefix or a glob a word of at least 2. */
	return text_len / 12 * sizeof(struct rule) +
	       text_len * sizeof(struct prefix) + 4096;
}

static void *take(struct arena *arena, size_t size)
{
	const size_t from = (arena->used + alignof(max_align_t) - 1) &
			    ~(alignof(max_align_t) - 1);

	if (from > arena->size || size > arena->size - from)
		return NULL;
	arena->used = from + size;
	return arena->base + from;
}

/* Undo %XX into `out`, at most `room` bytes with the NUL. */
static bool unescape(struct span s, char *out, size_t room)
{
	for (; s.at < s.end && room > 1; room--) {
		int c = (uint8_t)*s.at++;

		if (c == '%') {
			c = span_len(s) < 2 ? -1 : hex_byte(s.at);
			s.at += 2;
		}
		if (c <= 0)
			return false;
		*out++ = (char)c;
	}
	*out = '\0';
	return s.at == s.end;
}

static unsigned count_list(struct span s)
{
	unsigned count = 1;

	for (; s.at < s.end; s.at++)
		count += *s.at == ',';
	return count;
}

typedef const char *read_word(struct span word, void *item,
			      struct arena *arena);

static const char *read_glob(struct span word, void *item, struct arena *arena)
{
	char **glob = item;

	*glob = take(arena, span_len(word) + 1);
	if (!*glob)
		return "too large";
	return unescape(word, *glob, span_len(word) + 1) && **glob
		       ? NULL
		       : "bad program";
}

static const char *read_prefix(struct span word, void *item,
			       struct arena *arena)
{
	(void)arena;
	return prefix_read(word.at, span_len(word), item);
}

/* Items of `size` bytes, each read from one word of the list, into `*count`
 * and what is given back; NULL: *wrong says why. */
static void *read_list(struct span s, size_t size, read_word *read,
		       struct arena *arena, unsigned *count, const char **wrong)
{
	char *of = *count ? NULL : take(arena, count_list(s) * size);

	*wrong = *count ? "an option twice" : of ? NULL : "too large";
	if (*wrong)
		return NULL;
	do {
		const struct span word = span_cut(&s, ',');

		*wrong = read(word, of + *count * size, arena);
		++*count;
	} while (!*wrong && s.at < s.end);
	return of;
}

static const char *read_globs(struct span s, struct glob_list *list,
			      struct arena *arena)
{
	const char *wrong;

	list->of = read_list(s, sizeof *list->of, read_glob, arena,
			     &list->count, &wrong);
	return wrong;
}

static const char *read_prefixes(struct span s, struct prefix_list *list,
				 struct arena *arena)
{
	const char *wrong;

	list->of = read_list(s, sizeof *list->of, read_prefix, arena,
			     &list->count, &wrong);
	return wrong;
}

/* The value of a text is where it stands. */
static bool read_text(const struct rule_option_info *f, struct span s,
		      struct arena *arena, int64_t *value)
{
	char *text = take(arena, span_len(s) + 1);
	size_t len;

	if (!text || !unescape(s, text, span_len(s) + 1))
		return false;
	len = strlen(text);
	*value = (int64_t)(intptr_t)text;
	return (int64_t)len >= f->min && (int64_t)len <= f->max;
}

static bool read_value(const struct rule_option_info *f, struct span s,
		       struct arena *arena, int64_t *value)
{
	if (f->kind == OPTION_TEXT)
		return read_text(f, s, arena, value);
	if (f->kind == OPTION_SECTION) {
		*value = 1;
		return span_is(s, "on");
	}
	if (f->kind == OPTION_WORD) {
		*value = word_index(f->words, s.at, (unsigned)span_len(s));
		return *value >= 0;
	}
	if (f->kind == OPTION_DURATION_OR_AUTO && span_is(s, "auto")) {
		*value = AUTO;
		return true;
	}
	if (!span_number(s, value))
		return false;
	if (!*value && rule_option_can_be_off(f))
		return true;
	return f->min <= *value && *value <= f->max;
}

/* "keepalive.idle", or "errors" outside a section. The first letters are held
 * against each other first: every option of every rule comes here. */
static bool is_path_of(const struct rule_option_info *f, struct span section,
		       struct span name)
{
	return *f->name == *name.at && span_is(name, f->name) &&
	       span_is(section, f->section);
}

static const struct rule_option_info *find_field(struct span key)
{
	struct span name = key, section = span_cut(&name, '.');

	if (section.at == section.end)
		return NULL;
	if (section.end == key.end) { /* no dot */
		name = key;
		section.end = section.at;
	}
	if (name.at == name.end)
		return NULL;
	for (const struct rule_option_info *f = rule_options;
	     f < rule_options + RULE_OPTIONS; f++)
		if (is_path_of(f, section, name))
			return f;
	return NULL;
}

static const char *read_field(struct span key, struct span s, struct rule *rule,
			      struct arena *arena)
{
	const struct rule_option_info *f = find_field(key);
	int64_t *value;

	if (!f)
		return "unknown option";
	value = &rule->value[f - rule_options];
	if (*value != UNSET)
		return "an option twice";
	return read_value(f, s, arena, value) ? NULL : "bad value";
}

static const char *read_option(struct span key, struct span s,
			       struct rule *rule, struct arena *arena)
{
	int word;

	if (span_is(key, "name"))
		return unescape(s, rule->name, sizeof rule->name) ? NULL
								  : "bad name";
	if (span_is(key, "program"))
		return read_globs(s, &rule->program, arena);
	if (span_is(key, "local"))
		return read_prefixes(s, &rule->local, arena);
	if (span_is(key, "peer"))
		return read_prefixes(s, &rule->peer, arena);
	if (!span_is(key, "direction"))
		return read_field(key, s, rule, arena);
	word = word_index(direction_words, s.at, (unsigned)span_len(s));
	rule->direction = (enum direction)word;
	return word < 0 ? "bad direction" : NULL;
}

static const char *read_rule(struct span line, struct rule *rule,
			     struct arena *arena)
{
	for (unsigned i = 0; i < RULE_OPTIONS; i++)
		rule->value[i] = UNSET;
	while (line.at < line.end) {
		struct span value = span_cut(&line, ' ');
		const struct span key = span_cut(&value, '=');
		const char *wrong = read_option(key, value, rule, arena);

		if (wrong)
			return wrong;
	}
	return *rule->name ? NULL : "a rule without a name";
}

static const char *read_head(struct span line, struct policy *policy)
{
	const size_t len = sizeof POLICY_BANNER - 1;
	struct span version, mode;
	int m, l;

	if (span_len(line) < len || memcmp(line.at, POLICY_BANNER, len))
		return "not a sockmend policy";
	line.at += len;
	version = span_cut(&line, ' ');
	if (!span_is(version, "1") && !span_is(version, "2"))
		return "of another version";
	mode = span_cut(&line, ' ');
	m = word_index(mode_words, mode.at, (unsigned)span_len(mode));
	l = word_index(log_words, line.at, (unsigned)span_len(line));
	if (m < 0 || l < 0)
		return "bad mode or log";
	policy->mode = (enum mode)m;
	policy->log = (enum log)l;
	return NULL;
}

/* The last line, which vouches for all before it; *body ends before it. */
static const char *read_end(struct span *body, int64_t *rules)
{
	struct span end;
	char sum[9];
	struct strbuf t = strbuf_over(sum, sizeof sum);

	/* A shell's $( ) takes the last newline away. */
	if (body->at < body->end && body->end[-1] == '\n')
		body->end--;
	end.end = body->end;
	while (body->end > body->at && body->end[-1] != '\n')
		body->end--;
	end.at = body->end;
	if (!span_is(span_cut(&end, ' '), "end"))
		return "truncated";
	if (!span_number(span_cut(&end, ' '), rules))
		return "damaged";
	strbuf_add_hex32(&t, span_hash(*body));
	return span_is(end, sum) ? NULL : "damaged";
}

const char *policy_read(const char *text, size_t len,
			const struct program *program, struct arena *arena,
			struct policy *policy)
{
	struct span body = {text, text + len}, rest = body;
	int64_t rules = 0, seen = 0;
	const char *wrong;

	memset(policy, 0, sizeof *policy);
	if (len > POLICY_TEXT_MAX)
		return "longer than 65536 bytes";
	wrong = read_head(span_cut(&rest, '\n'), policy);
	if (!wrong)
		wrong = read_end(&body, &rules);
	if (wrong)
		return wrong;
	if (rules > (int64_t)(len / 12))
		return "damaged";
	span_cut(&body, '\n');
	policy->rule = take(arena, (size_t)rules * sizeof *policy->rule + 1);
	if (!policy->rule)
		return "too large";
	for (; body.at < body.end; seen++) {
		struct span line = span_cut(&body, '\n');
		struct rule *rule = &policy->rule[policy->count];

		if (seen == rules || !span_is(span_cut(&line, ' '), "rule"))
			return "damaged";
		wrong = read_rule(line, rule, arena);
		if (wrong)
			return wrong;
		policy->count++;
	}
	if (program)
		policy_keep_for(policy, program);
	return seen == rules ? NULL : "damaged";
}
