/* SPDX-License-Identifier: MIT
 * Durations on the command line, as a rule would have them.
 */
#ifndef SOCKMEND_DURATION_H
#define SOCKMEND_DURATION_H

#include <stdbool.h>
#include <stdint.h>

/* "30s" as 30000 milliseconds, from 10ms to 30d. */
bool duration_read(const char *text, int64_t *milliseconds);

#endif
