/* SPDX-License-Identifier: MIT
 * Connections that shall be ended, and how.
 */
#ifndef SOCKMEND_END_H
#define SOCKMEND_END_H

#include "netns_sockets.h"
#include "processes.h"
#include "socket_filter.h"

enum end_how { END_EOF, END_RESET, END_DESTROY };

/* PID[:FD] */
struct end_target {
	pid_t pid;
	int fd; /* -1: all of the process */
};

/* One connection that matches. */
struct end_match {
	const struct tcp_socket *socket;
	const struct process *process; /* NULL: none has it */
	int fd;
	pid_t near; /* a process of its network namespace; 0: this one */
};

struct end_search {
	enum end_how how;
	struct socket_filter filter;
	struct end_target *target; /* none: all processes */
	unsigned targets;

	/* By end_find() */
	struct processes processes;
	unsigned networks, matches;
	struct network *network;
	struct end_match *match;
	unsigned orphans; /* left out: only `destroy` ends them */
	unsigned foreign; /* left out: of processes we cannot look into */
	struct pool pool;
};

/* Fill in what matches. False when a process that was named is not there,
 * which is said on stderr. */
bool end_find(struct end_search *search);

void end_free(struct end_search *search);

/* The line that names a connection, without a newline. */
void end_print(const struct end_match *match);

/* End it. What was done, or why not, in *text. Is it ended? */
bool end_do(const struct end_match *match, enum end_how how, const char **text);

#endif
