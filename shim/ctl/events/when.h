/* SPDX-License-Identifier: MIT
 * A moment as people write it: so long ago, or a date.
 */
#ifndef SOCKMEND_WHEN_H
#define SOCKMEND_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#define WHEN_WANTS                                                             \
	"so long ago, as 10m or 2h (10ms-30d), or \"YYYY-MM-DD[ HH:MM[:SS]]\""

/* Nanoseconds, CLOCK_REALTIME. A date is of local time, unless it says of
 * which: what we print as the time of an event is read as well. */
bool when_read(const char *text, int64_t now, int64_t *nanoseconds);

#endif
