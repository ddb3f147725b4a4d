/* SPDX-License-Identifier: MIT
 * Words on a terminal or in a file, wrapped between them.
 */
#include "term_wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NARROWEST 20

static unsigned terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return PAPER_WIDTH;
	return size.ws_col < NARROWEST ? NARROWEST : size.ws_col;
}

bool terminal_is_dumb(void)
{
	const char *term = getenv("TERM");

	return term && !strcmp(term, "dumb");
}

struct terminal term_find(void)
{
	const char *no_colour = getenv("NO_COLOR");
	struct terminal paper = {.width = PAPER_WIDTH};

	if (!isatty(STDOUT_FILENO))
		return paper;
	paper.width = terminal_width();
	paper.coloured = (!no_colour || !*no_colour) && !terminal_is_dumb();
	return paper;
}

void paper_end_line(struct terminal *paper)
{
	putchar('\n');
	paper->at = paper->blanks = 0;
}

static void put_blanks(struct terminal *paper, unsigned count)
{
	printf("%*s", (int)count, "");
	paper->at += count;
}

void term_indent(struct terminal *paper, unsigned indent)
{
	if (paper->at)
		paper_end_line(paper);
	put_blanks(paper,
		   indent < paper->width / 4 ? indent : paper->width / 4);
}

static void put_word(struct terminal *paper, const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		putchar(word[i] > ' ' && word[i] < 127 ? word[i] : '?');
	paper->at += (unsigned)len;
}

static void put_colour(const struct terminal *paper, const char *colour)
{
	if (paper->coloured)
		printf("\033[%sm", colour);
}

void term_write(struct terminal *paper, unsigned indent, const char *colour,
		const char *text)
{
	const char *end = text;

	if (*colour)
		put_colour(paper, colour);
	for (; *text; text = end) {
		size_t len = strcspn(text, " ");

		if (len && paper->at + paper->blanks + len > paper->width)
			term_indent(paper, indent);
		if (len)
			put_blanks(paper, paper->blanks);
		put_word(paper, text, len);
		end = text + len + strspn(text + len, " ");
		paper->blanks = len ? 0 : paper->blanks;
		paper->blanks += (unsigned)(end - text) - (unsigned)len;
	}
	if (*colour)
		put_colour(paper, "");
}
