/* SPDX-License-Identifier: MIT
 * Commands that start a program without the environment they were given.
 */
#ifndef SOCKMEND_CLEARS_H
#define SOCKMEND_CLEARS_H

#include "pool.h"

/* The words of an ExecStart= that take LD_PRELOAD from the program behind them,
 * "/usr/bin/env -i", or NULL. */
const char *clears_environment(const char *command, struct pool *pool);

#endif
