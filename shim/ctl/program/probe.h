/* SPDX-License-Identifier: MIT
 * Can a program be mended, and if not, why and what then?
 */
#ifndef SOCKMEND_PROBE_H
#define SOCKMEND_PROBE_H

#include <limits.h>

#include "elf_file.h"
#include "verdicts.h"

/* What probe and libpath exit with beside EXIT_OK and EXIT_FAIL; the
 * numbers are those of a shell. */
enum { EXIT_NOT_EXECUTABLE = 126, EXIT_NOT_FOUND = 127 };

#define INTERPRETERS_MAX 5 /* the kernel's limit as well */

struct probe {
	enum verdict verdict;
	char path[PATH_MAX]; /* what was asked for */
	unsigned interpreters; /* a script's, each running the one before */
	char interpreter[INTERPRETERS_MAX][PATH_MAX];
	struct elf elf; /* of the last of them, or of the program */
	const char *libc; /* "glibc", "musl", "other", "" */
};

void probe_program(const char *name, struct probe *probe);

/* The exit status that goes with the verdict. */
int probe_status(const struct probe *probe);

/* Why not, and what to do: two lines on stderr. Silent when mendable. */
void probe_explain(const struct probe *probe);

#endif
