/* SPDX-License-Identifier: MIT
 * The directories journals live in, and the journals there by their names.
 */
#ifndef SOCKMEND_RUNDIR_H
#define SOCKMEND_RUNDIR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define RUNDIRS_MAX 3
#define RUNDIR_PATH_MAX 320 /* what the library makes do with */

struct rundirs {
	unsigned count;
	char path[RUNDIRS_MAX][RUNDIR_PATH_MAX];
};

/* Every place the library could have chosen; they need not exist. */
struct rundirs rundirs_find(void);

#define JOURNAL_NAME_MAX 64

/* One journal, named PID-STARTED.journal: who made it, and when. */
struct journal_name {
	char text[JOURNAL_NAME_MAX];
	int32_t pid;
	int64_t started;
};

struct journal_names {
	unsigned count;
	struct journal_name *of;
};

/* A descriptor of the directory if it is ours alone, else -1. */
int rundir_open(const char *path);

/* The same if it is that user's alone. */
int rundir_open_of(const char *path, uid_t owner);

/* Say on stderr which directories for journals are there and are not used, and
 * why. */
void rundirs_say_refused(void);

/* From a file's name; false when it is no journal's. */
bool journal_name_read(const char *text, struct journal_name *name);

/* For qsort(3): oldest first. Two journals in a directory never tie. */
int journal_name_order(const void *a, const void *b);

/* The journals in it, oldest first: the newest `most` (0: all) of the first
 * 16 times as many that are found. To be freed with free(names.of). */
struct journal_names rundir_list(int dir, unsigned most);

/* Remove what is left of dead processes, but for their last 64 journals in
 * each directory. A journal is 256 KB, often of memory. */
void rundir_prune(void);

#endif
