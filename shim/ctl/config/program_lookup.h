/* SPDX-License-Identifier: MIT
 * A program by its name, as the library will see it.
 */
#ifndef SOCKMEND_PROGRAM_LOOKUP_H
#define SOCKMEND_PROGRAM_LOOKUP_H

#include "core/policy.h"
#include "pool.h"

/* As far as one can tell before it runs. */
struct program program_lookup(const char *name, struct pool *pool);

#endif
