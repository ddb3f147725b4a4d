/* SPDX-License-Identifier: MIT
 * A terminal taken over for a while, and given back as it was.
 */
#ifndef SOCKMEND_SCREEN_H
#define SOCKMEND_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

struct screen_size {
	unsigned width, height;
};

/* False when standard output is no terminal, or a dumb one. */
bool screen_take(void);
void screen_give_back(void);

/* Of standard output; 80 by 24 when it does not say. */
struct screen_size screen_size(void);

/* Put a new picture over the old one: lines that end in a newline, no longer
 * than the screen is wide, and no more than it is high. */
void screen_show(const char *text, size_t len);

/* Wait for so long, or until the size changed. False when people want to
 * leave: q, ctrl-c, or a signal that ends programs. */
bool screen_wait(unsigned milliseconds);

#endif
