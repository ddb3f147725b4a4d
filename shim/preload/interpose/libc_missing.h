/* SPDX-License-Identifier: MIT
 * The names of interpose/calls.h that this process's libc does not have.
 *
 * The library exports them all, so dlsym() finds them where the program would
 * find none without us. What it finds must work.
 */
#ifndef SOCKMEND_LIBC_MISSING_H
#define SOCKMEND_LIBC_MISSING_H

#include "interpose/real.h"

/* What does the work of that name; changes no errno. */
anyfunction *libc_missing(enum call call);

#endif
