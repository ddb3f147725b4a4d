/* SPDX-License-Identifier: MIT
 * What status shows: mended processes and their connections, at one moment.
 */
#ifndef SOCKMEND_STATUS_H
#define SOCKMEND_STATUS_H

#include "event_history.h"
#include "processes.h"
#include "socket_filter.h"
#include "tcp_diag.h"
#include "table.h"

/* What will be done next, and when: milliseconds, negative when it is over. */
struct next {
	const char *what; /* "idle", "escalate", "close_wait", "keepalive" */
	int64_t due;
	bool would; /* observe mode: it will only be recorded */
};

struct connection {
	const struct process *process;
	const struct tcp_socket *socket; /* NULL: the process has none */
	int fd;
	enum direction direction; /* ANY: nothing tells */
	const char *rule; /* NULL: none governs */
	bool unsure; /* it is unknown which rule governs */
	int64_t age; /* milliseconds, -1 when nothing tells */
	struct next next; /* what is NULL: nothing */
	struct history history;
};

/* What people should know beside. */
struct note {
	const char *text;
	const char *program; /* NULL: it is about none that is shown */
};

struct status {
	struct processes processes;
	unsigned networks;
	struct network *network;
	unsigned count;
	struct connection *of;
	unsigned notes;
	struct note *note;
	struct pool pool;
};

/* Look at these processes, or at all that are mended, and at what they have
 * in these states (STATE_BIT, 0: all) and listeners. False when a process
 * that was named is not mended, or not there, which is noted. */
bool status_read(const pid_t *pid, unsigned pids, uint32_t states,
		 struct status *out);

void status_free(struct status *status);

/* Is there anything whose clock runs: an established or half-closed one? */
bool connection_has_clocks(const struct connection *c);

/* What comes next for it, by its rule. */
struct next connection_next(const struct connection *c, const struct rule *rule,
			    int64_t now);

/* Which of them are wanted, and in which order. */
struct status_filter {
	struct socket_filter filter;
	const char *rule; /* a glob, or NULL */
	const char *sort;
};

/* Is there such a sort key? */
bool pick_sorts_by(const char *key);
extern const char pick_sort_keys[]; /* "pid|state|…" */

void status_pick(struct status *status, const struct status_filter *pick);

void status_table(const struct status *status,
		  const struct table_output *sheet);
void status_notes(const struct status *status, FILE *out);
void status_json(const struct status *status, FILE *out);

#endif
