/* SPDX-License-Identifier: MIT
 * The policy text, read and written. Pure but for the arena it is given.
 */
#include "policy_text.h"

#include <arpa/inet.h>
#include <stdalign.h>
#include <string.h>

#include "text.h"

static const char banner[] = "sockmend-policy ";

/* A piece of the text: never NUL-terminated, never beyond it. */
struct span {
	const char *at, *end;
};

static size_t span_len(struct span s)
{
	return (size_t)(s.end - s.at);
}

static bool span_is(struct span s, const char *word)
{
	return span_len(s) == strlen(word) && !memcmp(s.at, word, span_len(s));
}

/* Cut *rest at the first `separator`: what stands before it. */
static struct span cut(struct span *rest, char separator)
{
	const char *found = memchr(rest->at, separator, span_len(*rest));
	struct span head = { rest->at, found ? found : rest->end };

	rest->at = found ? found + 1 : rest->end;
	return head;
}

static bool read_number(struct span s, int64_t *number)
{
	*number = 0;
	if (s.at == s.end || span_len(s) > 12)
		return false;
	for (; s.at < s.end; s.at++) {
		if (*s.at < '0' || *s.at > '9')
			return false;
		*number = *number * 10 + (*s.at - '0');
	}
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* FNV-1a, 32 bit. */
static uint32_t hash(const char *text, size_t len)
{
	uint32_t h = 2166136261u;

	while (len--)
		h = (h ^ (uint8_t)*text++) * 16777619u;
	return h;
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
	return memset(arena->base + from, 0, size);
}

/* Undo %XX into `out`, at most `room` bytes with the NUL. */
static bool unescape(struct span s, char *out, size_t room)
{
	for (; s.at < s.end && room > 1; room--) {
		int c = (uint8_t)*s.at++;

		if (c == '%') {
			if (span_len(s) < 2)
				return false;
			c = hex_digit(s.at[0]) * 16 + hex_digit(s.at[1]);
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

static const char *read_globs(struct span s, struct glob_list *list,
			      struct arena *arena)
{
	list->of = take(arena, count_list(s) * sizeof *list->of);
	if (!list->of)
		return "too large";
	while (s.at < s.end) {
		const struct span word = cut(&s, ',');
		char *glob = take(arena, span_len(word) + 1);

		if (!glob)
			return "too large";
		if (!unescape(word, glob, span_len(word) + 1))
			return "bad program";
		list->of[list->count++] = glob;
	}
	return NULL;
}

static const char *read_prefixes(struct span s, struct prefix_list *list,
				 struct arena *arena)
{
	list->of = take(arena, count_list(s) * sizeof *list->of);
	if (!list->of)
		return "too large";
	while (s.at < s.end) {
		const struct span word = cut(&s, ',');
		struct prefix *p = &list->of[list->count++];
		const char *wrong = prefix_read(word.at, span_len(word), p);

		if (wrong)
			return wrong;
	}
	return NULL;
}

static bool read_value(const struct field *f, struct span s, int64_t *value)
{
	if (f->kind == FIELD_SECTION) {
		*value = 1;
		return span_is(s, "on");
	}
	if (f->kind == FIELD_WORD) {
		*value = word_index(f->words, s.at, (unsigned)span_len(s));
		return *value >= 0;
	}
	if (f->kind == FIELD_DURATION_OR_AUTO && span_is(s, "auto")) {
		*value = AUTO;
		return true;
	}
	if (!read_number(s, value))
		return false;
	if (!*value && f->kind != FIELD_COUNT)
		return true; /* off */
	return f->min <= *value && *value <= f->max;
}

static const char *read_field(struct span key, struct span s,
			      struct rule *rule)
{
	char path[64];

	for (unsigned i = 0; i < FIELD_COUNT_OF; i++) {
		field_path(&fields[i], path);
		if (!span_is(key, path))
			continue;
		if (rule->value[i] != UNSET)
			return "an option twice";
		return read_value(&fields[i], s, &rule->value[i])
			       ? NULL
			       : "bad value";
	}
	return "unknown option";
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
		return read_field(key, s, rule);
	word = word_index(direction_words, s.at, (unsigned)span_len(s));
	rule->direction = (enum direction)word;
	return word < 0 ? "bad direction" : NULL;
}

static const char *read_rule(struct span line, struct rule *rule,
			     struct arena *arena)
{
	for (unsigned i = 0; i < FIELD_COUNT_OF; i++)
		rule->value[i] = UNSET;
	while (line.at < line.end) {
		struct span value = cut(&line, ' ');
		const struct span key = cut(&value, '=');
		const char *wrong = read_option(key, value, rule, arena);

		if (wrong)
			return wrong;
	}
	return *rule->name ? NULL : "a rule without a name";
}

static const char *read_head(struct span line, struct policy *policy)
{
	const size_t len = sizeof banner - 1;
	struct span version, mode;
	int m, l;

	if (span_len(line) < len || memcmp(line.at, banner, len))
		return "not a sockmend policy";
	line.at += len;
	version = cut(&line, ' ');
	if (!span_is(version, "1"))
		return "of another version";
	mode = cut(&line, ' ');
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
	struct text t = text_over(sum, sizeof sum);

	/* A shell's $( ) takes the last newline away. */
	if (body->at < body->end && body->end[-1] == '\n')
		body->end--;
	end.end = body->end;
	while (body->end > body->at && body->end[-1] != '\n')
		body->end--;
	end.at = body->end;
	if (!span_is(cut(&end, ' '), "end"))
		return "truncated";
	if (!read_number(cut(&end, ' '), rules))
		return "damaged";
	text_add_hex32(&t, hash(body->at, span_len(*body)));
	return span_is(end, sum) ? NULL : "damaged";
}

const char *policy_read(const char *text, size_t len,
			const struct program *program, struct arena *arena,
			struct policy *policy)
{
	struct span body = { text, text + len }, rest = body;
	int64_t rules = 0, seen = 0;
	const char *wrong;

	memset(policy, 0, sizeof *policy);
	if (len > POLICY_TEXT_MAX)
		return "longer than 65536 bytes";
	wrong = read_head(cut(&rest, '\n'), policy);
	if (!wrong)
		wrong = read_end(&body, &rules);
	if (wrong)
		return wrong;
	if (rules > (int64_t)(len / 12))
		return "damaged";
	cut(&body, '\n');
	policy->rule = take(arena, (size_t)rules * sizeof *policy->rule + 1);
	if (!policy->rule)
		return "too large";
	for (; body.at < body.end; seen++) {
		struct span line = cut(&body, '\n');
		struct rule *rule = &policy->rule[policy->count];

		if (seen == rules || !span_is(cut(&line, ' '), "rule"))
			return "damaged";
		wrong = read_rule(line, rule, arena);
		if (wrong)
			return wrong;
		if (!program || rule_means_program(rule, program))
			policy->count++;
		else
			memset(rule, 0, sizeof *rule);
	}
	return seen == rules ? NULL : "damaged";
}

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

	text_add(&t, banner);
	text_add_number(&t, POLICY_VERSION);
	text_add_char(&t, ' ');
	add_word(&t, mode_words, policy->mode);
	text_add_char(&t, ' ');
	add_word(&t, log_words, policy->log);
	text_add_char(&t, '\n');
	for (unsigned i = 0; i < policy->count; i++)
		add_rule(&t, &policy->rule[i]);
	sum = hash(out, (size_t)(t.at - out));
	text_add(&t, "end ");
	text_add_number(&t, policy->count);
	text_add_char(&t, ' ');
	text_add_hex32(&t, sum);
	text_add_char(&t, '\n');
	return t.at == t.end ? 0 : (size_t)(t.at - out);
}

static const char *read_addr(struct span s, bool v6, struct prefix *p)
{
	char text[INET6_ADDRSTRLEN];

	if (span_len(s) >= sizeof text)
		return "bad address";
	memcpy(text, s.at, span_len(s));
	text[span_len(s)] = '\0';
	p->bits = 128;
	if (v6)
		return inet_pton(AF_INET6, text, p->addr) == 1 ? NULL
							       : "bad address";
	p->addr[10] = p->addr[11] = 0xff;
	return inet_pton(AF_INET, text, p->addr + 12) == 1 ? NULL
							   : "bad address";
}

static const char *read_bits(struct span s, bool v6, struct prefix *p)
{
	int64_t bits;

	if (!read_number(s, &bits) || bits > (v6 ? 128 : 32))
		return v6 ? "want a prefix length of 0-128"
			  : "want a prefix length of 0-32";
	p->bits = (uint8_t)(v6 ? bits : bits + 96);
	return NULL;
}

static const char *read_ports(struct span s, struct prefix *p)
{
	int64_t first, last;
	const bool range = memchr(s.at, '-', span_len(s)) != NULL;

	if (!read_number(cut(&s, '-'), &first))
		return "want a port of 1-65535";
	last = first;
	if (range && !read_number(s, &last))
		return "want a port of 1-65535";
	if (first < 1 || last > UINT16_MAX || last < first)
		return "want a port of 1-65535";
	p->port_first = (uint16_t)first;
	p->port_last = (uint16_t)last;
	return NULL;
}

/* The end of the address, and whether it is IPv6: in brackets, or with more
 * colons than the one before a port. */
static bool addr_is_v6(struct span *s, struct span *addr)
{
	struct span rest = *s;

	if (rest.at < rest.end && *rest.at == '[') {
		rest.at++;
		*addr = cut(&rest, ']');
		*s = rest;
		return true;
	}
	cut(&rest, ':');
	if (memchr(rest.at, ':', span_len(rest))) {
		*addr = *s;
		addr->end = s->at;
		while (addr->end < s->end && *addr->end != '/')
			addr->end++;
		s->at = addr->end;
		return true;
	}
	*addr = *s;
	addr->end = s->at;
	while (addr->end < s->end && *addr->end != '/' && *addr->end != ':')
		addr->end++;
	s->at = addr->end;
	return false;
}

/* Bits behind the prefix length mean nothing: clear them, so that one prefix
 * has one text. */
static void clear_rest(struct prefix *p)
{
	for (unsigned bit = p->bits; bit < 128; bit++)
		p->addr[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
}

const char *prefix_read(const char *text, size_t len, struct prefix *p)
{
	struct span s = { text, text + len }, addr;
	const bool v6 = addr_is_v6(&s, &addr);
	const char *wrong = NULL;

	memset(p, 0, sizeof *p);
	p->port_last = UINT16_MAX;
	p->any = !v6 && (span_is(addr, "*") || addr.at == addr.end);
	if (!len)
		return "empty";
	if (!p->any)
		wrong = read_addr(addr, v6, p);
	if (!wrong && !p->any && s.at < s.end && *s.at == '/') {
		struct span bits = { ++s.at, s.end };

		bits = cut(&bits, ':');
		s.at = bits.end;
		wrong = read_bits(bits, v6, p);
	}
	if (!wrong && s.at < s.end) {
		if (*s.at++ != ':')
			return "want ADDR[/LEN][:PORT[-PORT]]";
		wrong = read_ports(s, p);
	}
	clear_rest(p);
	return wrong;
}

void prefix_write(const struct prefix *p, char out[64])
{
	static const uint8_t v4[12] = { [10] = 0xff, 0xff };
	const bool is_v4 = p->bits >= 96 && !memcmp(p->addr, v4, sizeof v4);
	struct text t = text_over(out, 64);

	if (p->any) {
		text_add_char(&t, '*');
	} else {
		text_add(&t, is_v4 ? "" : "[");
		text_add_addr(&t, p->addr);
		text_add(&t, is_v4 ? "/" : "]/");
		text_add_number(&t, is_v4 ? p->bits - 96 : p->bits);
	}
	if (!p->port_first)
		return;
	text_add_char(&t, ':');
	text_add_number(&t, p->port_first);
	if (p->port_last != p->port_first) {
		text_add_char(&t, '-');
		text_add_number(&t, p->port_last);
	}
}
