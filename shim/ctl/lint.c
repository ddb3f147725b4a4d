/* SPDX-License-Identifier: MIT
 * The shape of a configuration text, held to the vocabulary before libconfuse
 * sees it.
 */
#include <string.h>

#include "lint.h"
#include "option.h"
#include "scan.h"

#define DEPTH_MAX 3 /* file, rule, section of a rule */

/* What is open at a place in the text. `seen` has the line of each option. */
struct frame {
	const char *name;
	unsigned line;
	unsigned seen[8 + FIELD_COUNT_OF];
};

struct linting {
	const char *file;
	struct scan scan;
	struct frame frame[DEPTH_MAX];
	unsigned depth;
	struct complaint *complaint;
};

static bool wrong(struct linting *l, const struct option *option,
		  const struct token *token, const char *wants)
{
	char path[64];

	option_path(option, path);
	if (token->kind == TOKEN_END)
		return complain(l->complaint,
				(struct place){l->file, token->line},
				"%s: the text ends here: want %s", path, wants);
	return complain(l->complaint, (struct place){l->file, token->line},
			"%s = %.*s: want %s", path,
			(int)(token->len < 80 ? token->len : 80), token->text,
			token->kind == TOKEN_BAD ? token->wrong : wants);
}

/* The token in the place of a value of `option`. */
static bool want_value(struct linting *l, const struct option *option,
		       const struct token *token)
{
	char wants[96];

	if (token->kind == TOKEN_WORD || token->kind == TOKEN_STRING)
		return true;
	option_wants(option, wants);
	return wrong(l, option, token, wants);
}

static bool want_mark(struct linting *l, const struct option *option, char mark)
{
	struct token token = scan_next(&l->scan);
	char wants[96];

	if (token_is_mark(&token, mark))
		return true;
	if (option->shape == SHAPE_VALUE || option->shape == SHAPE_LIST)
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
	char names[400];
	struct text text = text_over(names, sizeof names);
	struct token value = scan_next(&l->scan);

	option_names(frame->name, &text);
	if (token_is_mark(&value, '='))
		value = scan_next(&l->scan);
	return complain(l->complaint, (struct place){l->file, name->line},
			"%s%s%.*s = %.*s: no such option: want one of %s",
			in_section ? frame->name : "", in_section ? "." : "",
			(int)(name->len < 80 ? name->len : 80), name->text,
			(int)(value.len < 80 ? value.len : 80), value.text,
			names);
}

static unsigned *seen(struct linting *l, const struct option *option)
{
	struct option other;
	unsigned i = 0;

	while (option_at(i, &other) && (other.within != option->within ||
					other.name != option->name))
		i++;
	return &l->frame[l->depth].seen[i];
}

static bool once(struct linting *l, const struct option *option,
		 const struct token *name)
{
	unsigned *line = seen(l, option);
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
			"%s = %.*s: want it once: line %u has it already",
			path, (int)(value.len < 80 ? value.len : 80),
			value.text, *line);
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
			"%s = {: it is never closed: want }", frame->name);
}

static bool statement(struct linting *l, const struct token *token)
{
	if (token->kind == TOKEN_WORD)
		return option_text(l, token);
	if (token_is_mark(token, '}') && l->depth) {
		l->depth--;
		return true;
	}
	return complain(l->complaint, (struct place){l->file, token->line},
			"%.*s: want %s",
			(int)(token->len < 80 ? token->len : 80), token->text,
			l->depth ? "the name of an option, or }"
				 : "the name of an option");
}

bool lint(struct source *source, const char *within, struct complaint *c)
{
	struct linting l = {.file = source->name, .complaint = c};
	struct token token;
	unsigned line;

	if (!strncmp(source->text, "\xef\xbb\xbf", 3))
		return complain(c, (struct place){source->name, 1},
				"it begins with a byte order mark: want none");
	line = comments_blank(source->text, source->len);
	if (line)
		return complain(c, (struct place){source->name, line},
				"/*: the comment is never closed: want */");
	l.frame[0].name = within;
	l.scan = scan_over(source->text, source->len);
	do {
		token = scan_next(&l.scan);
		if (token.kind == TOKEN_END)
			return end_of_text(&l);
	} while (statement(&l, &token));
	return false;
}
