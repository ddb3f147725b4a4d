/* SPDX-License-Identifier: MIT
 * Small readings below /proc/PID, and files as that process sees them.
 */
#ifndef SOCKMEND_PROCFS_H
#define SOCKMEND_PROCFS_H

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <sys/types.h>

/* The directory /proc/PID: what is read through it is of one process, even if
 * its number is used again. -1 with errno. */
int proc_open(pid_t pid);

/* A file there, read into `out` and terminated; "" when it cannot be. */
void proc_read_text(int proc, const char *name, char *out, size_t room);

void proc_read_link(int proc, const char *name, char out[PATH_MAX]);

FILE *proc_open_stream(int proc, const char *name);
DIR *proc_open_dir(pid_t pid, const char *name);

/* NUL-terminated strings, one after the other: a command line, an environment.
 * `bytes` may be NULL when there are none; to be freed. */
struct proc_words {
	char *bytes;
	size_t len;
};

struct proc_words proc_read_words(int proc, const char *name);

/* The value of a variable, or "". */
const char *proc_variable(const struct proc_words *environment,
			  const char *name);

/* Open, to read, what `path` is to process `pid`: below its root, and nothing
 * of what lies there leads out of it. -1 with errno; EINVAL: not a regular
 * file; ENOTSUP: one of a pseudo file system. */
int proc_open_path(pid_t pid, const char *path);

/* The same for a path that the process chose: root opens it with no more
 * rights than the process's user has. */
int proc_open_own_path(pid_t pid, const char *path);

#endif
