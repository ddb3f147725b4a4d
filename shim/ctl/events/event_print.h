/* SPDX-License-Identifier: MIT
 * One event as a line of text or of JSON.
 */
#ifndef SOCKMEND_EVENT_PRINT_H
#define SOCKMEND_EVENT_PRINT_H

#include "core/events.h"

#define EVENT_TEXT_MAX 512 /* bytes, with the NUL */

/* event_line() and the error by its name, without the time. */
void event_text(const struct event *e, const char *program, struct strbuf *t);

/* 2026-01-31T23:59:59.123+01:00: ISO 8601, local time. */
void event_time(int64_t nanoseconds, char out[64]);

void event_print_text(const struct event *e, const char *program);
void event_print_json(const struct event *e, const char *program);

#endif
