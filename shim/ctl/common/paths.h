/* SPDX-License-Identifier: MIT
 * Where things are: this tool, the library beside it, a program in PATH.
 */
#ifndef SOCKMEND_PATHS_H
#define SOCKMEND_PATHS_H

#include <limits.h>
#include <stdbool.h>

/* The file this process runs, links resolved. */
bool exe_path(char out[PATH_MAX]);

/* Where this machine's libsockmend.so is, or, giving false, where it ought to
 * be. */
bool library_path(char out[PATH_MAX]);

/* That of another ABI, by Debian's name for it; false: it is not there. */
bool library_of(const char *abi, char out[PATH_MAX]);

/* One text for programs of 64 bits and of 32, where both libraries are there:
 * glibc's loader puts what is its own for the $LIB in it (ld.so(8)). */
bool library_of_both_sizes(char out[PATH_MAX]);

/* The path execvp(3) would run for `name`, as it would write it; the answer
 * is 0, EACCES or ENOENT. */
int program_path(const char *name, char out[PATH_MAX]);

#endif
