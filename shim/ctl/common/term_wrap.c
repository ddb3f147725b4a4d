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
		return TERM_WIDTH;
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
	struct terminal terminal = {.width = TERM_WIDTH};

	if (!isatty(STDOUT_FILENO))
		return terminal;
	terminal.width = terminal_width();
	terminal.coloured = (!no_colour || !*no_colour) && !terminal_is_dumb();
	return terminal;
}

void term_end_line(struct terminal *terminal)
{
	putchar('\n');
	terminal->at = terminal->blanks = 0;
}

static void put_blanks(struct terminal *terminal, unsigned count)
{
	printf("%*s", (int)count, "");
	terminal->at += count;
}

void term_indent(struct terminal *terminal, unsigned indent)
{
	if (terminal->at)
		term_end_line(terminal);
	put_blanks(terminal,
		   indent < terminal->width / 4 ? indent : terminal->width / 4);
}

static void put_word(struct terminal *terminal, const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		putchar(word[i] > ' ' && word[i] < 127 ? word[i] : '?');
	terminal->at += (unsigned)len;
}

static void put_colour(const struct terminal *terminal, const char *colour)
{
	if (terminal->coloured)
		printf("\033[%sm", colour);
}

void term_write(struct terminal *terminal, unsigned indent, const char *colour,
		const char *text)
{
	const char *end = text;

	if (*colour)
		put_colour(terminal, colour);
	for (; *text; text = end) {
		size_t len = strcspn(text, " ");

		if (len &&
		    terminal->at + terminal->blanks + len > terminal->width)
			term_indent(terminal, indent);
		if (len)
			put_blanks(terminal, terminal->blanks);
		put_word(terminal, text, len);
		end = text + len + strspn(text + len, " ");
		terminal->blanks = len ? 0 : terminal->blanks;
		terminal->blanks += (unsigned)(end - text) - (unsigned)len;
	}
	if (*colour)
		put_colour(terminal, "");
}
