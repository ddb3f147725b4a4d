/* SPDX-License-Identifier: MIT
 * A case that differed: again, with fewer ops, and told to a person.
 */
#ifndef SOCKMEND_SHRINK_H
#define SOCKMEND_SHRINK_H

#include "workers.h"

struct suspicion {
	struct desk *bare, *other;
	const struct posture *posture;
	uint64_t seed;
	uint32_t number;
};

/* Does it differ again? Then print the shortest list of ops that does. */
bool shrink(const struct suspicion *s);

/* Run these ops; print how they differ, if they do. */
bool show(const struct suspicion *s, const bool *ops);

/* The marks of the exceptions as brackets. */
void print_text(const char *text, uint32_t len);
void print_line_at(const char *text, uint32_t len, long at);
/* The line of `other` of the same number as that of `text` at `at`. */
void print_line_like(const char *text, long at, const char *other,
		     uint32_t len);

#endif
