/* SPDX-License-Identifier: MIT
 * Building short texts without stdio: usable in a signal handler and in the
 * watch task. A text that is full takes no more and stays terminated.
 */
#ifndef SOCKMEND_STRBUF_H
#define SOCKMEND_STRBUF_H

#include <stddef.h>
#include <stdint.h>

struct endpoint;

struct strbuf {
	char *at, *end; /* next free byte; the last byte, kept for the NUL */
	char *start;
};

/* A text over `size` (at least 1) bytes of `buffer`. */
struct strbuf strbuf_over(char *buffer, size_t size);

void strbuf_add(struct strbuf *t, const char *string);
void strbuf_add_bytes(struct strbuf *t, const char *bytes, size_t count);
void strbuf_add_char(struct strbuf *t, char c);

/* Up to `room` bytes of a string that may lack its NUL; what is not printable
 * ASCII becomes '?'. */
void strbuf_add_printable(struct strbuf *t, const char *string, size_t room);

/* A space before what comes next, unless nothing stands there yet. */
void strbuf_add_gap(struct strbuf *t);
void strbuf_add_number(struct strbuf *t, int64_t number);
void strbuf_add_hex32(struct strbuf *t, uint32_t number);

/* 1500 as "1500ms", 2000 as "2s", 7200000 as "2h": the shortest exact form. */
void strbuf_add_duration(struct strbuf *t, int64_t milliseconds);

/* "10.0.0.1", "2001:db8::1" (RFC 5952), IPv4-mapped as IPv4. */
void strbuf_add_addr(struct strbuf *t, const uint8_t addr[16]);

/* "10.0.0.1:80", "[::1]:80"; "?" when it is not known. */
void strbuf_add_endpoint(struct strbuf *t, const struct endpoint *e);

#endif
