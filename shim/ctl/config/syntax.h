/* SPDX-License-Identifier: MIT
 * The shape and the values of a configuration text, held to the vocabulary
 * before libconfuse sees it: libconfuse takes a text without its last `}` for
 * complete, drops characters it does not know, lets the later of two values
 * win, and stops at the first thing it cannot read.
 */
#ifndef SOCKMEND_SYNTAX_H
#define SOCKMEND_SYNTAX_H

#include "config_error.h"
#include "config_file.h"

/* Complains of everything that is wrong with `source`, which stands `within`
 * the top level ("") or a rule ("rule"): names unknown in their place or said
 * twice, values that are missing or not allowed, what is not closed. Comments
 * and every statement that is wrong are overwritten with blanks, so that the
 * rest can still be read. True when nothing was wrong. */
bool lint(struct source *source, const char *within, struct config_errors *c);

#endif
