/* SPDX-License-Identifier: MIT
 * How suggest writes: comments that are wrapped, and values as text.
 */
#ifndef SOCKMEND_SUGGEST_TEXT_H
#define SOCKMEND_SUGGEST_TEXT_H

#include "diagnose.h"

#define SUGGEST_TEXT_MAX 1024 /* bytes of a comment */
#define SUGGEST_NAME_MAX 256

/* Behind `margin` in each line, as many lines as it takes. */
void comment(const char *margin, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Without control bytes. */
const char *printable(const char *string, char out[SUGGEST_NAME_MAX]);

const char *endpoint_text(const struct endpoint *e, char out[64]);

/* The rule file, on standard output. */
void suggest_write(struct watching *watching, const struct troubles *troubles);

#endif
