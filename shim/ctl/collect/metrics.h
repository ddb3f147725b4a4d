/* SPDX-License-Identifier: MIT
 * Prometheus' text format: counters of events, gauges of what is there now.
 */
#ifndef SOCKMEND_METRICS_H
#define SOCKMEND_METRICS_H

#include <stdio.h>

#include "state.h"

/* How the collector fares. */
struct forwarding {
	double started; /* seconds since 1970 */
	uint64_t failures, pending;
};

/* `forwarding` may be NULL. Looks at the processes there are. */
void metrics_print(FILE *out, const struct collect_state *ledger,
		   const struct forwarding *forwarding);

/* The same into a file, at once and whole. NULL, or what is wrong. */
const char *metrics_write(const char *path, const struct collect_state *ledger,
			  const struct forwarding *forwarding);

#endif
