/* SPDX-License-Identifier: MIT
 * JSON strings. Everything else in JSON is easier printed than called.
 */
#ifndef SOCKMEND_JSON_H
#define SOCKMEND_JSON_H

#include <stdio.h>

/* The length of the UTF-8 character at `s`, or 0 when there is none. */
size_t character_length(const unsigned char *s);

/* `text` in quotes, escaped; bytes that are not UTF-8 become U+FFFD. */
void json_string(FILE *out, const char *text);

/* "name":"text" */
void json_pair(FILE *out, const char *name, const char *text);

#endif
