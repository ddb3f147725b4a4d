/* SPDX-License-Identifier: MIT
 * The words and marks of a configuration text, with the lines they stand in.
 */
#ifndef SOCKMEND_LEXER_H
#define SOCKMEND_LEXER_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
	TOKEN_END,
	TOKEN_WORD, /* unquoted */
	TOKEN_STRING, /* with its quotes */
	TOKEN_MARK, /* one of { } ( ) = , */
	TOKEN_BAD, /* a string, or a word that should be one */
};

struct token {
	enum token_kind kind;
	const char *text;
	unsigned len, line;
	const char *wrong; /* of a bad string: what it wants */
};

struct scan {
	const char *at, *end;
	unsigned line;
};

/* Overwrite comments with blanks, so that later readers need not know them.
 * Gives the beginning of a comment that is never closed, or NULL. */
const char *comments_blank(char *text, size_t len);

/* The number of the line in which `at` stands, which is in `text`. */
unsigned line_of(const char *text, const char *at);

struct scan scan_over(const char *text, size_t len);
struct token scan_next(struct scan *scan);

/* Go on behind a string that was bad, at the end of its line at the latest. */
void scan_past_string(struct scan *scan, const struct token *string);

/* The text of a word, or of a string without its quotes and escapes; cut off
 * when it is longer than `size` allows. */
void token_text(const struct token *token, char *out, size_t size);

bool token_is_mark(const struct token *token, char mark);
bool token_is_word(const struct token *token, const char *word);

#endif
