/* SPDX-License-Identifier: MIT
 * JSON strings. Everything else in JSON is easier printed than called.
 */
#ifndef SOCKMEND_JSON_H
#define SOCKMEND_JSON_H

#include <stdbool.h>
#include <stdio.h>

/* The length of the UTF-8 character at `s`, or 0 when there is none. */
size_t character_length(const unsigned char *s);

/* Is the character there, of `len` bytes, one that terminals obey: a C0 or C1
 * control, a line separator, or a mark for the direction of text? */
bool character_is_control(const unsigned char *s, size_t len);

/* `text` in quotes, escaped; bytes that are not UTF-8 become U+FFFD. */
void json_string(FILE *out, const char *text);

/* "name":"text" */
void json_pair(FILE *out, const char *name, const char *text);

#endif
