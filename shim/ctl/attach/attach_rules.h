/* SPDX-License-Identifier: MIT
 * The rules attach goes by, and what of them cannot be done from outside.
 */
#ifndef SOCKMEND_ATTACH_RULES_H
#define SOCKMEND_ATTACH_RULES_H

#include "attach.h"
#include "config_args.h"

/* The configuration's text, compiled, for the length of the run; NULL when it
 * is wrong, which was said. */
const char *rules_compile(const struct config_args *choice);

/* Those that mean the program, which may have changed its name. */
bool rules_choose(struct attach *attach, const char *text);

/* The shortest time any of them names: how long a new connection may stay
 * unseen. Milliseconds, INT64_MAX when none does. */
int64_t rules_shortest(const struct attach *attach);

/* Say what they ask for and cannot be done from outside, once. */
void rules_note(const struct attach *attach);

#endif
