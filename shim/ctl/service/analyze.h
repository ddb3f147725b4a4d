/* SPDX-License-Identifier: MIT
 * Questions to systemd-analyze(1).
 */
#ifndef SOCKMEND_ANALYZE_H
#define SOCKMEND_ANALYZE_H

#include <stdbool.h>

#include "pool.h"

enum analyzed { ANALYZED_WELL, ANALYZED_BADLY, ANALYZED_NOT };

/* Is the unit well, as it is below `root` ("" for the system)? *said is what
 * it printed. ANALYZED_NOT where there is no systemd-analyze. */
enum analyzed analyze_unit(const char *root, const char *unit,
			   struct pool *pool, const char **said);

/* All sets of system calls: "\n@name\n    member\n    @set\n…"; NULL where
 * it is unknown. */
const char *analyze_sets(struct pool *pool);

#endif
