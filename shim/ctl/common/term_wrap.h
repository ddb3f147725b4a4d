/* SPDX-License-Identifier: MIT
 * What text is printed on: how wide it is, and whether it takes colours.
 */
#ifndef SOCKMEND_TERM_WRAP_H
#define SOCKMEND_TERM_WRAP_H

#include <stdbool.h>

#define TERM_WIDTH 78 /* columns, by default */

struct terminal {
	bool coloured;
	unsigned width, at; /* columns: all of them, and those written on */
	unsigned blanks; /* that come before the next word, if it fits */
};

/* Standard output: the terminal's own width, and colours there unless
 * NO_COLOR is set or the terminal is dumb. */
struct terminal term_find(void);

/* Does TERM say that it knows neither colours nor cursor movement? */
bool terminal_is_dumb(void);

/* Write the words of `text`, in further lines behind `indent` blanks. A word
 * too long for a line is left whole, so that it can be pasted. What is not
 * printable becomes '?'. `colour` is an SGR number, or "". */
void term_write(struct terminal *terminal, unsigned indent, const char *colour,
		const char *text);

/* Begin a line behind `indent` blanks; few on narrow terminal. */
void term_indent(struct terminal *terminal, unsigned indent);

void term_end_line(struct terminal *terminal);

#endif
