/* SPDX-License-Identifier: MIT
 * The shape of a configuration text, held to the vocabulary before libconfuse
 * sees it.
 */
#include <string.h>

#include "lint.h"
#include "option.h"
#include "scan.h"

#define DEPTH_MAX 3 /* file, rule, section of a rule */

/* What is open at a place in the text. `seen` has the line
 * of each option, by its number. */
struct frame {
	const char *name;
	unsigned line;
	unsigned seen[OPTIONS_MAX];
};

struct linting {
	const char *file;
	struct scan scan;
	struct frame frame[DEPTH_MAX];
	unsigned depth;
	struct complaint *complaint;
};

static int shown(const struct token *token)
{
	return (int)(token->len < 80 ? token->len : 80);
}

static bool wrong(struct linting *l, const struct option *option,
		  const struct token *token, const char *wants)
{
	struct place place = {l->file, token->line};
	struct token behind;
	char path[64];

	if (token_is_mark(token, '=')) {
		behind = scan_next(&l->scan);
		token = &behind;
	}
	option_path(option, path);
	if (token->kind == TOKEN_END)
		return complain(l->complaint, place,
				"%s: the text ends here: want %s", path, wants);
	return complain(l->complaint, place, "%s = %.*s: want %s", path,
			shown(token), token->text, wants);
}

/* The token in the place of a value of `option`. */
static bool want_value(struct linting *l, const struct option *option,
		       const struct token *token)
{
	char wants[96];

	if (token->kind == TOKEN_WORD || token->kind == TOKEN_STRING)
		return true;
	if (token->kind == TOKEN_BAD && !token->wrong &&
	    option->shape != SHAPE_VALUE)
		return wrong(l, option, token, "quotes around it");
	option_wants(option, wants);
	return wrong(l, option, token, token->wrong ? token->wrong : wants);
}

static bool want_mark(struct linting *l, const struct option *option, char mark)
{
	struct token token = scan_next(&l->scan);
	char wants[96];

	if (token_is_mark(&token, mark))
		return true;
	if (mark == '=')
		return wrong(l, option, &token, "'=' after the name");
	option_wants(option, wants);
	return wrong(l, option, &token, wants);
}

/* From behind the '{' to the '}': at least one value, commas between them. */
static bool list(struct linting *l, const struct option *option)
{
	struct token token = scan_next(&l->scan);

	do {
		if (!want_value(l, option, &token))
			return false;
		token = scan_next(&l->scan);
		if (token_is_mark(&token, '}'))
			return true;
		if (!token_is_mark(&token, ','))
			return wrong(l, option, &token, "',' or '}'");
		token = scan_next(&l->scan);
	} while (!token_is_mark(&token, '}'));
	return true;
}

static bool value(struct linting *l, const struct option *option)
{
	struct token token;

	if (!want_mark(l, option, '='))
		return false;
	token = scan_next(&l->scan);
	if (option->shape == SHAPE_LIST && token_is_mark(&token, '{'))
		return list(l, option);
	return want_value(l, option, &token);
}

static bool open_section(struct linting *l, const struct option *option,
			 unsigned line)
{
	if (!want_mark(l, option, '{'))
		return false;
	l->frame[++l->depth] =
		(struct frame){.name = option->name, .line = line};
	return true;
}

static bool titled(struct linting *l, const struct option *option)
{
	struct token title = scan_next(&l->scan);

	return want_value(l, option, &title) &&
	       open_section(l, option, title.line);
}

static bool call(struct linting *l, const struct option *option)
{
	struct token argument;

	if (!want_mark(l, option, '('))
		return false;
	argument = scan_next(&l->scan);
	return want_value(l, option, &argument) && want_mark(l, option, ')');
}

/* The value of an option nobody knows is shown, as far as there is one. */
static bool unknown(struct linting *l, const struct token *name)
{
	const struct frame *frame = &l->frame[l->depth];
	bool in_section = *frame->name && strcmp(frame->name, "rule");
	char names[1200]; /* of the longest section, set */
	struct text text = text_over(names, sizeof names);
	struct token value = scan_next(&l->scan);

	option_names(frame->name, &text);
	if (token_is_mark(&value, '='))
		value = scan_next(&l->scan);
	return complain(l->complaint, (struct place){l->file, name->line},
			"%s%s%.*s%s%.*s: no such option: want one of %s",
			in_section ? frame->name : "", in_section ? "." : "",
			shown(name), name->text, value.len ? " = " : "",
			shown(&value), value.text, names);
}

static bool once(struct linting *l, const struct option *option,
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
	return complain(l->complaint, (struct place){l->file, name->line},
			"%s = %.*s: want it once: line %u has it already", path,
			shown(&value), value.text, *line);
}

static bool option_text(struct linting *l, const struct token *name)
{
	struct option option;

	if (!option_find(l->frame[l->depth].name, name->text, name->len,
			 &option))
		return unknown(l, name);
	if (!once(l, &option, name))
		return false;
	switch (option.shape) {
	case SHAPE_VALUE:
	case SHAPE_LIST:
		return value(l, &option);
	case SHAPE_SECTION:
		return open_section(l, &option, name->line);
	case SHAPE_TITLED:
		return titled(l, &option);
	case SHAPE_CALL:
		return call(l, &option);
	}
	return false;
}

static bool end_of_text(struct linting *l)
{
	const struct frame *frame = &l->frame[l->depth];

	if (!l->depth)
		return true;
	return complain(l->complaint, (struct place){l->file, frame->line},
			"%s = {: want a } that closes it", frame->name);
}

/* Options without which their section says nothing. */
static const enum field_id required[] = {IDLE_TIMEOUT, CLOSE_WAIT_AFTER};

static bool is_missing(const struct frame *frame, const struct field *f)
{
	struct option option;

	return option_find(frame->name, f->name, (unsigned)strlen(f->name),
			   &option) &&
	       option.field == f && !frame->seen[option.number];
}

static bool close_section(struct linting *l)
{
	const struct frame *frame = &l->frame[l->depth--];
	struct place place = {l->file, frame->line};
	char wants[96];

	for (size_t i = 0; i < sizeof required / sizeof *required; i++) {
		const struct field *f = &fields[required[i]];

		if (!is_missing(frame, f))
			continue;
		field_wants(f, wants);
		return complain(l->complaint, place, "%s = { }: want %s = %s",
				frame->name, f->name, wants);
	}
	return true;
}

static bool statement(struct linting *l, const struct token *token)
{
	struct place place = {l->file, token->line};

	if (token->kind == TOKEN_WORD)
		return option_text(l, token);
	if (!token_is_mark(token, '}'))
		return complain(l->complaint, place,
				"%.*s: want the name of an option",
				shown(token), token->text);
	if (l->depth)
		return close_section(l);
	return complain(l->complaint, place, "}: want none: nothing is open");
}

/* What nobody after us could read: NULL when there is no such thing. */
static const char *find_unreadable(struct source *source, unsigned *line)
{
	const char *nul = memchr(source->text, '\0', source->len);

	*line = 1;
	if (!strncmp(source->text, "\xef\xbb\xbf", 3))
		return "a byte order mark: want text without it";
	if (nul) {
		*line = line_of(source->text, nul);
		return "a NUL byte: want text";
	}
	*line = comments_blank(source->text, source->len);
	return *line ? "/*: the comment is never closed: want */" : NULL;
}

bool lint(struct source *source, const char *within, struct complaint *c)
{
	struct linting l = {.file = source->name, .complaint = c};
	struct token token;
	unsigned line;
	const char *unreadable = find_unreadable(source, &line);

	if (unreadable)
		return complain(c, (struct place){source->name, line}, "%s",
				unreadable);
	l.frame[0].name = within;
	l.scan = scan_over(source->text, source->len);
	do {
		token = scan_next(&l.scan);
		if (token.kind == TOKEN_END)
			return end_of_text(&l);
	} while (statement(&l, &token));
	return false;
}
