/* SPDX-License-Identifier: MIT
 * How suggest writes: comments that are wrapped, and values as text.
 */
#ifndef SOCKMEND_SUGGEST_TEXT_H
#define SOCKMEND_SUGGEST_TEXT_H

#include "suggest.h"

#define SUGGEST_TEXT_MAX 1024 /* bytes of a comment */
#define SUGGEST_NAME_MAX 256

/* Behind `margin` in each line, as many lines as it takes. */
void comment(const char *margin, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Without control bytes. */
const char *printable(const char *string, char out[SUGGEST_NAME_MAX]);

const char *endpoint_text(const struct endpoint *e, char out[64]);

/* Rounded as far as a reader cares: 41.284s is 41s. */
const char *time_text(int64_t time, char out[32]);

/* The line that mends a symptom, below its evidence and its reason. */
void suggest_write_symptom(const struct watching *watching,
			   const struct ailment *ailment, enum symptom symptom);

#endif
