/* SPDX-License-Identifier: MIT
 * The names of calls.h that this process's libc does not have.
 *
 * The library exports them all, so dlsym() finds them where the program would
 * find none without us. What it finds must work.
 */
#ifndef SOCKMEND_ABSENT_H
#define SOCKMEND_ABSENT_H

#include "real.h"

/* What does the work of that name; changes no errno. */
anyfunction *absent(enum call call);

#endif
