/* SPDX-License-Identifier: MIT
 * Whose sockets are these? And: which processes does a name mean?
 */
#ifndef SOCKMEND_SOCKET_OWNERS_H
#define SOCKMEND_SOCKET_OWNERS_H

#include "processes.h"

struct owner {
	uint64_t inode;
	const struct process *process;
};

/* By inode; a socket of a parent and its children has the parent first. */
struct owners {
	unsigned count;
	struct owner *of;
};

/* From processes whose descriptors have been read. To be free()d: of. */
struct owners owners_of(const struct processes *processes);

/* NULL when no process that we may read has it. */
const struct process *owner_find(const struct owners *owners, uint64_t inode);

/* Keep of `all` the process with this number; or, when `who` is no number,
 * those of that name or path. With `children`, those they started as well.
 * The others are dropped. How many are left. */
unsigned processes_choose(struct processes *all, const char *who,
			  bool children);

/* Who started it; 0 when it is gone. */
pid_t parent_of(pid_t pid);

/* Its number, when `who` is one; else 0. */
pid_t pid_of_text(const char *who);

/* Say on stderr that it names no process; gives EXIT_FAIL. */
int no_such_process(const char *who);

#endif
