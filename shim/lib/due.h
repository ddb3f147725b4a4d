/* SPDX-License-Identifier: MIT
 * What happens when a deadline falls due: idle and close_wait.
 */
#ifndef SOCKMEND_DUE_H
#define SOCKMEND_DUE_H

#include "slots.h"

#define NEVER INT64_MAX /* nothing more to look for */
#define LOST INT64_C(-1) /* the number is another socket by now */

struct rule;

/* Does the rule ask for deadlines at all? */
bool due_wanted(const struct rule *rule);

/* Milliseconds from now until the first look at a connection, or NEVER: only
 * when something else asks for it. */
int64_t due_first(const struct rule *rule);

/* Look at a connection, and end it if it is time; or at a listener. Runs in
 * the watch task, with the slot BUSY. Milliseconds to the next look, NEVER, or
 * LOST; *also is another descriptor to look at now, or left alone. */
int64_t due_look(int fd, struct slot *slot, int *also);

#endif
