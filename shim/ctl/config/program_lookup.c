/* SPDX-License-Identifier: MIT
 * A program by its name, as the library will see it.
 */
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program_lookup.h"
#include "paths.h"

struct program program_lookup(const char *name, struct pool *pool)
{
	char path[PATH_MAX] = "", exe[PATH_MAX] = "";
	struct program program;

	if (program_path(name, path) || !realpath(path, exe))
		snprintf(path, sizeof path, "%s",
			 strchr(name, '/') ? name : "");
	program.invoked = pool_copy(pool, path, strlen(path));
	program.exe = pool_copy(pool, exe, strlen(exe));
	program.name = basename(pool_copy(pool, name, strlen(name)));
	return program;
}
