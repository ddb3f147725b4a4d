/* SPDX-License-Identifier: MIT
 * One configuration text in memory, and how to get it there safely.
 */
#ifndef SOCKMEND_CONFIG_FILE_H
#define SOCKMEND_CONFIG_FILE_H

#include <sys/types.h>

#include "config_error.h"
#include "pool.h"

#define SOURCE_MAX 65536 /* bytes */

struct source {
	const char *name; /* as messages call it */
	char *text; /* terminated */
	size_t len;
	dev_t device; /* which file it is, whatever its name; 0 for none */
	ino_t inode;
};

/* Read the file `path`. Never blocks, never reads what is not a regular file,
 * is too big, or could have been written by anybody.
 * What goes wrong is said of `blame`, or of the file when that has none. */
bool source_read(const char *path, struct location blame, struct pool *pool,
		 struct source *source, struct config_errors *complaint);

#endif
