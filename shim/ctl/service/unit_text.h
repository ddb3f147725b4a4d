/* SPDX-License-Identifier: MIT
 * The text of unit files as systemd reads it: lines, words, quotes. Pure.
 */
#ifndef SOCKMEND_UNIT_TEXT_H
#define SOCKMEND_UNIT_TEXT_H

#include <stdbool.h>

#include "pool.h"

/* One KEY=VALUE of a section [Service]. */
struct unit_setting {
	const char *key, *value;
	const char *file;
	unsigned line;
};

struct unit_settings {
	unsigned count;
	struct unit_setting *of;
};

/* Add those of `text`. */
void unit_text_read(const char *text, const char *file, struct pool *pool,
		    struct unit_settings *unit_settings);

/* The next word of a value, its quotes and escapes undone; NULL at the end,
 * and where systemd would give up on it. Specifiers (%i) stay as they are. */
char *unit_word(const char **at, struct pool *pool);

/* `text` as one quoted word. Its % mean themselves, or, with `specifiers`,
 * what they mean in unit files. */
char *unit_quote(const char *text, bool specifiers, struct pool *pool);

#endif
