/* SPDX-License-Identifier: MIT
 * How often a service looks: a duration as the configuration has them.
 */
#include "interval.h"

#include "keyword.h"

bool interval_read(const char *text, int64_t *milliseconds)
{
	const struct rule_option_info interval = {
		.kind = OPTION_DURATION, .min = 10, .max = HOUR};

	return field_read(&interval, text, milliseconds) && *milliseconds;
}
