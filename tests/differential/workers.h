/* SPDX-License-Identifier: MIT
 * Workers: differ itself, bare or mended, in a network of its own.
 */
#ifndef SOCKMEND_WORKERS_H
#define SOCKMEND_WORKERS_H

#include "differ.h"
#include "drive.h"

/* What a worker is to run. */
struct work {
	uint64_t seed;
	uint32_t from, to;
	const bool *ops;
};

/* A desk: memory and a directory for the workers of one lane. */
struct desk {
	int fd;
	struct account *account;
	char rundir[64];
};

/* Compile the postures' rules, once for all. */
bool workers_prepare(void);
void workers_tidy(void);

bool desk_make(struct desk *desk);
void desk_clear(struct desk *desk); /* journals go */

/* Run it, bare if there is no posture; what it told is on the desk. */
bool worker_run(struct desk *desk, const struct posture *posture,
		const struct work *work);

#endif
