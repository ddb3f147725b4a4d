/* SPDX-License-Identifier: MIT
 * What is there at this moment: mended processes and their connections.
 */
#ifndef SOCKMEND_GAUGES_H
#define SOCKMEND_GAUGES_H

#include "counters.h"

struct gauges {
	struct counters processes; /* kind 0, by program */
	struct counters connections; /* kind an enum tcp_state, by program */
};

/* Of this user; of root all of the machine. Every state of a connection is
 * there for every program, 0 as well. */
void gauges_read(struct gauges *gauges);

void gauges_free(struct gauges *gauges);

#endif
