/* SPDX-License-Identifier: MIT
 * The shape of a configuration text, held to the vocabulary before libconfuse
 * sees it: libconfuse takes a text without its last `}` for complete, drops
 * characters it does not know, and lets the later of two values win.
 */
#ifndef SOCKMEND_LINT_H
#define SOCKMEND_LINT_H

#include "complaint.h"
#include "source.h"

/* Blanks the comments of `source`, which stands `within` the top level ("")
 * or a rule ("rule"). True when its shape is right: every name known in its
 * place and said once, every value there, everything closed. Whether values
 * are allowed is not looked at. */
bool lint(struct source *source, const char *within, struct complaint *c);

#endif
