/* SPDX-License-Identifier: MIT
 * One event as a line of text or of JSON.
 */
#ifndef SOCKMEND_EVENT_PRINT_H
#define SOCKMEND_EVENT_PRINT_H

#include "events.h"

void event_print_text(const struct event *e, const char *program);
void event_print_json(const struct event *e, const char *program);

#endif
