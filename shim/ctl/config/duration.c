/* SPDX-License-Identifier: MIT
 * Durations on the command line, as a rule would have them. Apart from those
 * who call it: option.h and getopt.h both have a struct option.
 */
#include "duration.h"

#include "keyword.h"

bool duration_read(const char *text, int64_t *milliseconds)
{
	return field_read(&rule_options[IDLE_TIMEOUT], text, milliseconds) &&
	       *milliseconds > 0;
}
