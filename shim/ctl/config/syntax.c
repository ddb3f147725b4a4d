/* SPDX-License-Identifier: MIT
 * The shape and the values of a configuration text, held to the vocabulary
 * before libconfuse sees it.
 */
#include <stdio.h>
#include <string.h>

#include "syntax.h"
#include "keyword.h"
#include "core/policy_text.h"
#include "lexer.h"

#define DEPTH_MAX 3 /* file, rule, section of a rule */

/* What is open at a place in the text. `seen` has the line
 * of each option, by its number. */
struct frame {
	const char *name;
	const char *start; /* of the statement that opened it */
	bool spoilt; /* that statement must not reach libconfuse */
	unsigned line;
	unsigned seen[OPTIONS_MAX];
};

struct linting {
	struct source *source;
	struct scan scan, before; /* `before` the last token */
	struct frame frame[DEPTH_MAX];
	unsigned depth;
	bool lost; /* the statement broke off: where does the next begin? */
	struct config_errors *complaint;
};

static struct location place_at(const struct linting *l, unsigned line)
{
	return (struct location){l->source->name, line};
}

static struct token next(struct linting *l)
{
	l->before = l->scan;
	return scan_next(&l->scan);
}

static int shown(const struct token *token)
{
	return (int)(token->len < 80 ? token->len : 80);
}

static bool wrong(struct linting *l, const struct keyword *option,
		  const struct token *token, const char *wants)
{
	struct location place = place_at(l, token->line);
	struct scan ahead = l->scan;
	struct token behind;
	char path[64];

	if (token_is_mark(token, '=')) {
		behind = scan_next(&ahead);
		token = &behind;
	}
	option_path(option, path);
	if (token->kind == TOKEN_END)
		return config_error(l->complaint, place,
				    "%s: the text ends here: want %s", path,
				    wants);
	return config_error(l->complaint, place, "%s = %.*s: want %s", path,
			    shown(token), token->text, wants);
}

static bool is_section(const struct keyword *option)
{
	return option->shape == SHAPE_SECTION || option->shape == SHAPE_TITLED;
}

/* What an element of a list wants, NULL when it is one. */
static const char *element_wants(const struct keyword *option, const char *text)
{
	struct prefix prefix;
	const char *trouble;

	if (!strcmp(option->name, "program"))
		return *text ? NULL : option->wants;
	trouble = prefix_read(text, strlen(text), &prefix);
	if (!trouble)
		return NULL;
	return strncmp(trouble, "want ", 5) ? option->wants : trouble + 5;
}

static bool value_is_good(const struct keyword *option, const char *text)
{
	int64_t value;

	if (option->field)
		return field_read(option->field, text, &value);
	return word_index(option->words, text, (unsigned)strlen(text)) >= 0;
}

/* A value that is there: is it allowed? Nothing that is has 255 bytes, but
 * for names of programs, which may be all there is. */
static bool want_allowed(struct linting *l, const struct keyword *option,
			 const struct token *token)
{
	char text[256], path[64], allowed[96];
	const char *wants = NULL;

	token_text(token, text, sizeof text);
	if (option->shape == SHAPE_LIST)
		wants = element_wants(option, text);
	if (option->shape == SHAPE_VALUE && !value_is_good(option, text)) {
		keyword_allowed(option, allowed);
		wants = allowed;
	}
	if (!wants)
		return true;
	option_path(option, path);
	return config_error(l->complaint, place_at(l, token->line),
			    "%s = %.80s: want %s", path, *text ? text : "\"\"",
			    wants);
}

/* The token in the place of a value of `option`. */
static bool want_value(struct linting *l, const struct keyword *option,
		       const struct token *token)
{
	char wants[96];

	if (token->kind == TOKEN_WORD || token->kind == TOKEN_STRING)
		return want_allowed(l, option, token);
	if (token->kind == TOKEN_BAD && !token->wrong &&
	    option->shape != SHAPE_VALUE)
		return wrong(l, option, token, "quotes around it");
	l->lost = token->kind == TOKEN_MARK;
	keyword_allowed(option, wants);
	wrong(l, option, token, token->wrong ? token->wrong : wants);
	if (token->wrong)
		scan_past_string(&l->scan, token);
	return false;
}

static bool want_mark(struct linting *l, const struct keyword *option,
		      char mark)
{
	struct token token = next(l);
	char wants[96];

	if (token_is_mark(&token, mark))
		return true;
	l->lost = true;
	if (mark == '=')
		return wrong(l, option, &token, "'=' after the name");
	keyword_allowed(option, wants);
	return wrong(l, option, &token, wants);
}

/* Is this word an option that may stand here, and used as one? */
static bool is_statement(const struct linting *l, const struct token *word)
{
	struct scan ahead = l->scan;
	struct keyword option;
	struct token behind;

	if (word->kind != TOKEN_WORD ||
	    !keyword_find(l->frame[l->depth].name, word->text, word->len,
			  &option))
		return false;
	behind = scan_next(&ahead);
	if (option.shape == SHAPE_TITLED)
		return behind.kind == TOKEN_STRING;
	if (option.shape == SHAPE_CALL)
		return token_is_mark(&behind, '(');
	return token_is_mark(&behind, is_section(&option) ? '{' : '=');
}

/* Behind a value of a list. True when another may follow. */
static bool list_goes_on(struct linting *l, const struct keyword *option,
			 struct token *token, bool *well)
{
	if (token_is_mark(token, '}'))
		return false;
	if (token_is_mark(token, ',')) {
		*token = next(l);
		return !token_is_mark(token, '}');
	}
	*well = wrong(l, option, token, "',' or '}'");
	l->lost = token->kind == TOKEN_MARK || token->kind == TOKEN_END ||
		  is_statement(l, token);
	return !l->lost;
}

/* From behind the '{' to the '}': at least one value, commas between them. */
static bool list(struct linting *l, const struct keyword *option)
{
	struct token token = next(l);
	bool well = true;

	if (token_is_mark(&token, '}')) {
		char wants[96];

		keyword_allowed(option, wants);
		return wrong(l, option, &token, wants);
	}
	do {
		well = want_value(l, option, &token) && well;
		if (l->lost || token.kind == TOKEN_END)
			return false;
		token = next(l);
	} while (list_goes_on(l, option, &token, &well));
	return well;
}

static bool value(struct linting *l, const struct keyword *option)
{
	struct token token;

	if (!want_mark(l, option, '='))
		return false;
	token = next(l);
	if (option->shape == SHAPE_LIST && token_is_mark(&token, '{'))
		return list(l, option);
	return want_value(l, option, &token);
}

static void enter(struct linting *l, const struct keyword *option,
		  const char *start, unsigned line)
{
	l->frame[++l->depth] = (struct frame){
		.name = option->name, .start = start, .line = line};
}

static bool open_section(struct linting *l, const struct keyword *option,
			 const char *start, unsigned line)
{
	if (!want_mark(l, option, '{'))
		return false;
	enter(l, option, start, line);
	return true;
}

/* Behind a title that is wrong, which may have taken the '{' for itself. */
static bool is_open_all_the_same(struct linting *l, const struct token *title)
{
	const size_t len = (size_t)(l->scan.at - title->text);
	struct token token;

	if (token_is_mark(title, '{'))
		return true;
	if (title->wrong && title->text[len - 1] != *title->text &&
	    memchr(title->text, '{', len))
		return true;
	token = next(l);
	l->lost = !token_is_mark(&token, '{');
	return !l->lost;
}

static bool titled(struct linting *l, const struct keyword *option,
		   const char *start)
{
	struct token title = next(l);

	if (want_value(l, option, &title))
		return open_section(l, option, start, title.line);
	if ((l->lost && !token_is_mark(&title, '{')) ||
	    !is_open_all_the_same(l, &title))
		return false;
	l->lost = false;
	enter(l, option, start, title.line);
	l->frame[l->depth].spoilt = true;
	return true;
}

static bool call(struct linting *l, const struct keyword *option)
{
	struct token argument;

	if (!want_mark(l, option, '('))
		return false;
	argument = next(l);
	return want_value(l, option, &argument) && want_mark(l, option, ')');
}

/* Where an option of this name may stand: in a rule, else in its sections. */
static bool other_places(const struct token *name, struct strbuf *out)
{
	const char *gap = "belongs inside ";
	struct keyword option;

	if (keyword_find("rule", name->text, name->len, &option)) {
		strbuf_add(out, "belongs inside a rule");
		return true;
	}
	for (unsigned i = 0; keyword_at(i, &option); i++) {
		if (!*option.within || !token_is_word(name, option.name))
			continue;
		strbuf_add(out, gap);
		strbuf_add(out, option.within);
		gap = " or ";
	}
	return *gap == ' ';
}

/* The value of an unknown option is shown, as far as there is one. */
static bool unknown(struct linting *l, const struct token *name)
{
	const struct frame *frame = &l->frame[l->depth];
	bool in_section = *frame->name && strcmp(frame->name, "rule");
	char names[1240]; /* of the longest section, set */
	struct strbuf text = strbuf_over(names, sizeof names);
	struct scan ahead = l->scan;
	struct token value = scan_next(&ahead);

	if (!other_places(name, &text)) {
		strbuf_add(&text, "no such option: want one of ");
		option_names(frame->name, &text);
	}
	if (token_is_mark(&value, '='))
		value = scan_next(&ahead);
	l->lost = true;
	return config_error(l->complaint, place_at(l, name->line),
			    "%s%s%.*s%s%.*s: %s", in_section ? frame->name : "",
			    in_section ? "." : "", shown(name), name->text,
			    value.len ? " = " : "", shown(&value), value.text,
			    names);
}

static bool once(struct linting *l, const struct keyword *option,
		 const struct token *name)
{
	unsigned *line = &l->frame[l->depth].seen[option->number];
	struct scan ahead = l->scan;
	struct token value = scan_next(&ahead);
	char path[64];

	if (option->shape == SHAPE_TITLED || option->shape == SHAPE_CALL)
		return true;
	if (!*line) {
		*line = name->line;
		return true;
	}
	if (token_is_mark(&value, '='))
		value = scan_next(&ahead);
	option_path(option, path);
	return config_error(l->complaint, place_at(l, name->line),
			    "%s = %.*s: want it once: line %u has it already",
			    path, shown(&value), value.text, *line);
}

/* What stands behind the name. */
static bool rest_of_option(struct linting *l, const struct keyword *option,
			   const struct token *name)
{
	switch (option->shape) {
	case SHAPE_VALUE:
	case SHAPE_LIST:
		return value(l, option);
	case SHAPE_SECTION:
		return open_section(l, option, name->text, name->line);
	case SHAPE_TITLED:
		return titled(l, option, name->text);
	case SHAPE_CALL:
		return call(l, option);
	}
	return false;
}

static bool option_text(struct linting *l, const struct token *name)
{
	const unsigned depth = l->depth;
	struct keyword option;
	bool new, well;

	if (!keyword_find(l->frame[depth].name, name->text, name->len, &option))
		return unknown(l, name);
	new = once(l, &option, name);
	well = rest_of_option(l, &option, name);
	if (l->depth == depth)
		return new &&well;
	l->frame[l->depth].spoilt |= !new;
	return true;
}

static void blank(char *from, const char *end)
{
	for (; from < end; from++)
		if (*from != '\n')
			*from = ' ';
}

static void blank_statement(struct linting *l, const char *start)
{
	blank(l->source->text + (start - l->source->text), l->scan.at);
}

static void never_closed(struct linting *l, const char *before, unsigned line)
{
	const struct frame *frame = &l->frame[l->depth];
	char text[32] = "";

	if (line)
		snprintf(text, sizeof text, "%s%u", before, line);
	config_error(l->complaint, place_at(l, frame->line),
		     "%s = {: want a } that closes it%s", frame->name, text);
	blank_statement(l, l->frame[1].start);
	l->depth = 0;
}

/* Within a rule the next one begins: the first was never closed. */
static bool is_next_rule(const struct linting *l, const struct token *word)
{
	struct scan ahead = l->scan;
	struct token title;

	if (!l->depth || !token_is_word(word, "rule") || *l->frame[0].name)
		return false;
	title = scan_next(&ahead);
	if (title.kind != TOKEN_STRING)
		return false;
	title = scan_next(&ahead);
	return token_is_mark(&title, '{');
}

/* Options without which their section says nothing. */
static const enum rule_option required[] = {IDLE_TIMEOUT, CLOSE_WAIT_AFTER,
					    DEAD_AFTER};

static bool is_missing(const struct frame *frame,
		       const struct rule_option_info *f)
{
	struct keyword option;

	return keyword_find(frame->name, f->name, (unsigned)strlen(f->name),
			    &option) &&
	       option.field == f && !frame->seen[option.number];
}

static void close_section(struct linting *l)
{
	const struct frame *frame = &l->frame[l->depth--];
	char wants[96];

	for (size_t i = 0; i < sizeof required / sizeof *required; i++) {
		const struct rule_option_info *f = &rule_options[required[i]];

		if (!is_missing(frame, f))
			continue;
		rule_option_wants(f, wants);
		config_error(l->complaint, place_at(l, frame->line),
			     "%s = { }: want %s = %s", frame->name, f->name,
			     wants);
	}
	if (frame->spoilt)
		blank_statement(l, frame->start);
}

static bool statement(struct linting *l, const struct token *token)
{
	const struct location place = place_at(l, token->line);

	if (token->kind == TOKEN_WORD)
		return option_text(l, token);
	if (token_is_mark(token, '}') && l->depth) {
		close_section(l);
		return true;
	}
	if (token_is_mark(token, '}'))
		return config_error(l->complaint, place,
				    "}: want none: nothing is open");
	l->lost = true;
	config_error(l->complaint, place, "%.*s: want the name of an option",
		     shown(token), token->text);
	if (token->wrong)
		scan_past_string(&l->scan, token);
	return false;
}

/* A word that begins a line, but for one that a value could be. */
static bool begins_line(const struct token *word, const struct token *last)
{
	return word->kind == TOKEN_WORD && last->line &&
	       word->line > last->line && !token_is_mark(last, '=') &&
	       !token_is_mark(last, ',') && !token_is_mark(last, '(');
}

/* To where the next statement begins: at the } that closes the section, at a
 * word that begins a line, or at an option that is known here. What stands in
 * brackets is passed over. */
static void find_next(struct linting *l, const char *start)
{
	struct token token, last = {.line = 0};
	unsigned depth = 0;

	if (l->before.at > start)
		l->scan = l->before;
	for (;; last = token) {
		token = next(l);
		if (token.kind == TOKEN_END)
			return;
		if (!depth &&
		    (token_is_mark(&token, '}') || begins_line(&token, &last) ||
		     is_statement(l, &token)))
			break;
		if (token.wrong)
			scan_past_string(&l->scan, &token);
		depth += token_is_mark(&token, '{');
		depth -= token_is_mark(&token, '}');
	}
	l->scan = l->before;
}

/* What a later reader could not read ends the text. A byte order mark is no
 * reason not to read on. */
static void cut_unreadable(struct source *source, struct config_errors *c)
{
	const char *nul = memchr(source->text, '\0', source->len);
	struct location place = {source->name, 1};
	const char *comment, *wrong = NULL;

	if (!strncmp(source->text, "\xef\xbb\xbf", 3)) {
		config_error(c, place,
			     "a byte order mark: want text without it");
		blank(source->text, source->text + 3);
	}
	if (nul)
		wrong = "a NUL byte: want text";
	if (nul)
		source->len = (size_t)(nul - source->text);
	comment = comments_blank(source->text, source->len);
	if (comment) {
		wrong = "/*: the comment is never closed: want */";
		source->len = (size_t)(comment - source->text);
	}
	if (!wrong)
		return;
	place.line = line_of(source->text, source->text + source->len);
	config_error(c, place, "%s%s", wrong,
		     c->all ? "; nothing from here on was read" : "");
	source->text[source->len] = '\0';
}

bool lint(struct source *source, const char *within, struct config_errors *c)
{
	struct linting l = {.source = source, .complaint = c};
	const unsigned before = c->count;
	struct token token;

	cut_unreadable(source, c);
	l.frame[0].name = within;
	l.scan = scan_over(source->text, source->len);
	for (token = next(&l); token.kind != TOKEN_END; token = next(&l)) {
		if (is_next_rule(&l, &token)) {
			l.scan = l.before;
			never_closed(&l, " before line ", token.line);
			continue;
		}
		l.lost = false;
		if (statement(&l, &token))
			continue;
		if (l.lost)
			find_next(&l, token.text);
		blank_statement(&l, token.text);
	}
	if (l.depth)
		never_closed(&l, "", 0);
	return c->count == before;
}
