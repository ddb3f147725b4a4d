/* SPDX-License-Identifier: MIT
 * How often a service looks.
 */
#ifndef SOCKMEND_INTERVAL_H
#define SOCKMEND_INTERVAL_H

#include <stdbool.h>
#include <stdint.h>

#define INTERVAL_WANTS "10ms-1h"

/* "500ms", "2s" as milliseconds; false unless it is one of INTERVAL_WANTS. */
bool interval_read(const char *text, int64_t *milliseconds);

#endif
