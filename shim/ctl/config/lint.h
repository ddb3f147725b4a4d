/* SPDX-License-Identifier: MIT
 * What is allowed in a configuration and still hardly meant: rules that can
 * never match, and mends that endanger a program.
 */
#ifndef SOCKMEND_LINT_H
#define SOCKMEND_LINT_H

#include "grammar.h"

/* A complaint of each, "FILE:LINE: warning: ...". */
void warn(const struct config *config, struct config_errors *c);

#endif
