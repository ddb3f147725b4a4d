/* SPDX-License-Identifier: MIT
 * Building short texts without stdio: usable in a signal handler and in the
 * watch task. A text that is full takes no more and stays terminated.
 */
#ifndef SOCKMEND_TEXT_H
#define SOCKMEND_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct endpoint;

struct text {
	char *at, *end; /* next free byte; the last byte, kept for the NUL */
	char *start;
};

/* A text over `size` (at least 1) bytes of `buffer`. */
struct text text_over(char *buffer, size_t size);

void text_add(struct text *t, const char *string);
void text_add_bytes(struct text *t, const char *bytes, size_t count);
void text_add_char(struct text *t, char c);

/* Up to `room` bytes of a string that may lack its NUL; what is not printable
 * ASCII becomes '?'. */
void text_add_printable(struct text *t, const char *string, size_t room);

/* A space before what comes next, unless nothing stands there yet. */
void text_add_gap(struct text *t);
void text_add_number(struct text *t, int64_t number);
void text_add_hex32(struct text *t, uint32_t number);

/* 1500 as "1500ms", 2000 as "2s", 7200000 as "2h": the shortest exact form. */
void text_add_duration(struct text *t, int64_t milliseconds);

/* "10.0.0.1", "2001:db8::1" (RFC 5952), IPv4-mapped as IPv4. */
void text_add_addr(struct text *t, const uint8_t addr[16]);

/* "10.0.0.1:80", "[::1]:80"; "?" when it is not known. */
void text_add_endpoint(struct text *t, const struct endpoint *e);

#endif
