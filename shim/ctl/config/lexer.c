/* SPDX-License-Identifier: MIT
 * The words and marks of a configuration text, with the lines they stand in.
 */
#include <string.h>

#include "lexer.h"

/* Past the string that begins at `at`; it ends with its line at the latest. */
static const char *past_string(const char *at, const char *end)
{
	char quote = *at++;

	for (; at < end && *at != '\n'; at++) {
		if (*at == quote)
			return at + 1;
		if (*at == '\\' && at + 1 < end && at[1] != '\n')
			at++;
	}
	return at;
}

static char *blank_line_comment(char *at, char *end)
{
	while (at < end && *at != '\n')
		*at++ = ' ';
	return at;
}

/* Past the comment that begins at `at`, or NULL when it has no end. */
static char *blank_block_comment(char *at, char *end)
{
	char *close = memmem(at + 2, (size_t)(end - at - 2), "*/", 2);

	if (!close)
		return NULL;
	for (; at < close + 2; at++)
		if (*at != '\n')
			*at = ' ';
	return at;
}

unsigned line_of(const char *text, const char *at)
{
	unsigned line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

const char *comments_blank(char *text, size_t len)
{
	char *at = text, *end = text + len, *start;

	while (at < end) {
		start = at;
		if (*at == '"' || *at == '\'')
			at += past_string(at, end) - at;
		else if (*at == '#' || (*at == '/' && at[1] == '/'))
			at = blank_line_comment(at, end);
		else if (*at == '/' && at[1] == '*')
			at = blank_block_comment(at, end);
		else
			at++;
		if (!at)
			return start;
	}
	return NULL;
}

struct scan scan_over(const char *text, size_t len)
{
	return (struct scan){text, text + len, 1};
}

static void skip_blanks(struct scan *scan)
{
	for (; scan->at < scan->end && strchr(" \t\r\n", *scan->at); scan->at++)
		scan->line += *scan->at == '\n';
}

static bool ends_run(char c)
{
	return !c || strchr(" \t\r\n{}()=,\"'", c);
}

/* Letters of a word that needs no quotes. Any other is a trap: libconfuse
 * drops an unquoted '*' without a word, and takes "5s;" for a value. */
static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("_.:/-[]", c));
}

static void take_run(struct scan *scan, struct token *token)
{
	token->kind = TOKEN_WORD;
	for (; scan->at < scan->end && !ends_run(*scan->at); scan->at++)
		if (!is_plain(*scan->at))
			token->kind = TOKEN_BAD;
}

/* What is wrong with the string at `at`, NULL while nothing is. */
static const char *string_trouble(const char *at, char quote)
{
	if (*at == '\n' || *at == '\r' || !*at)
		return "a closing quote in the same line";
	if ((unsigned char)*at < ' ' || *at == 0x7f)
		return "no control characters";
	if (*at == '\\' && (!at[1] || !strchr("\\\"'", at[1])))
		return "no \\ but in \\\\ \\\" \\'";
	if (quote == '"' && *at == '$' && at[1] == '{')
		return "no ${: a rule means the same in every environment";
	return NULL;
}

static void take_string(struct scan *scan, struct token *token)
{
	char quote = *scan->at++;

	for (; *scan->at != quote; scan->at++) {
		token->wrong = string_trouble(scan->at, quote);
		if (token->wrong) {
			token->kind = TOKEN_BAD;
			return;
		}
		if (*scan->at == '\\')
			scan->at++;
	}
	scan->at++;
	token->kind = TOKEN_STRING;
}

struct token scan_next(struct scan *scan)
{
	struct token token = {TOKEN_END, "", 0, 0, NULL};

	skip_blanks(scan);
	token.line = scan->line;
	if (scan->at >= scan->end)
		return token;
	token.text = scan->at;
	if (*scan->at == '"' || *scan->at == '\'') {
		take_string(scan, &token);
	} else if (strchr("{}()=,", *scan->at)) {
		token.kind = TOKEN_MARK;
		scan->at++;
	} else {
		take_run(scan, &token);
	}
	token.len = (unsigned)(scan->at - token.text);
	return token;
}

void scan_past_string(struct scan *scan, const struct token *string)
{
	scan->at = past_string(string->text, scan->end);
}

void token_text(const struct token *token, char *out, size_t size)
{
	const bool quoted = token->kind == TOKEN_STRING;
	const char *at = token->text + quoted;
	const char *end = token->text + token->len - quoted;

	for (; at < end && size > 1; at++, size--) {
		at += quoted && *at == '\\';
		*out++ = *at;
	}
	*out = '\0';
}

bool token_is_mark(const struct token *token, char mark)
{
	return token->kind == TOKEN_MARK && *token->text == mark;
}

bool token_is_word(const struct token *token, const char *word)
{
	return token->kind == TOKEN_WORD && strlen(word) == token->len &&
	       !memcmp(word, token->text, token->len);
}
