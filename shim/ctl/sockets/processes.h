/* SPDX-License-Identifier: MIT
 * The processes of this machine: who is mended, by which policy, and which
 * sockets are theirs. What vanishes meanwhile was never there.
 */
#ifndef SOCKMEND_PROCESSES_H
#define SOCKMEND_PROCESSES_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/policy.h"
#include "pool.h"

/* A descriptor that is a socket (of any kind). */
struct descriptor {
	uint64_t inode;
	int fd;
};

struct process {
	pid_t pid; /* here */
	pid_t own_pid; /* as it knows itself, and writes in its journal */
	uid_t uid;
	uint64_t netns; /* its network namespace */
	bool mended; /* libsockmend.so is mapped */
	bool old_library; /* and that file was replaced or removed since */
	char name[64]; /* as rules see it, never empty */
	const char *exe; /* "" when it cannot be known */
	const char *invoked; /* what was executed; "" the same */
	const char *journal; /* the path it has one mapped from, or NULL */
	uint64_t journal_inode;

	/* By process_read_policy() */
	struct policy policy; /* the rules that mean this program */
	const char *policy_from; /* "SOCKMEND_POLICY", a path, "built in" */
	const char *policy_wrong; /* why it is unknown, or NULL */
	bool observe, off;

	/* By process_read_descriptors(), ordered by inode */
	unsigned descriptors;
	struct descriptor *descriptor;
};

struct processes {
	unsigned count,
		hidden; /* hidden: ours, but they cannot be looked into */
	struct process *of;
	struct pool pool; /* everything in here */
};

/* Who process `pid` is; false, with errno, when it is not there (ESRCH) or
 * may not be looked into (EACCES). A kernel thread is ESRCH. */
bool process_read(pid_t pid, struct process *process, struct pool *pool);

/* The policy it goes by: what its environment or its file system say. */
void process_read_policy(struct process *process, struct pool *pool);

void process_read_descriptors(struct process *process, struct pool *pool);

/* All processes of this user (root: of the machine), mended or all, without
 * policy and descriptors. To be freed with pool_return(&out->pool). */
void processes_read(bool mended_only, struct processes *out);

/* Why no process can be seen here, or NULL. */
const char *processes_unseen(void);

/* The descriptor of `process` that is the socket `inode`, or -1: the lowest
 * where there are several. */
int process_descriptor_of(const struct process *process, uint64_t inode);

struct journal;

/* The name the library itself decided on, into `name`, if its journal says. */
void process_journal_name(const struct process *process, char name[64]);

/* Copy the journal the process writes to (its own, or that of whom it was
 * forked from). False when it has none that can be read and trusted. */
bool process_read_journal(const struct process *process,
			  struct journal *journal);

/* The rule that governs a connection (or, with !peer->known, a listener) of
 * the process; NULL: none. *sure is false while it may be another one. */
const struct rule *process_rule(const struct process *process,
				enum direction direction,
				const struct endpoint *local,
				const struct endpoint *peer, bool *sure);

#endif
