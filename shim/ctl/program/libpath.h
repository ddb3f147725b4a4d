/* SPDX-License-Identifier: MIT
 * The library as LD_PRELOAD can name it.
 */
#ifndef SOCKMEND_LIBPATH_H
#define SOCKMEND_LIBPATH_H

#include <limits.h>

/* EXIT_OK and its path, or, said on stderr, EXIT_FAIL. */
int library_find(char path[PATH_MAX]);

#endif
