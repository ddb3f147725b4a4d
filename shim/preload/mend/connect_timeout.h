/* SPDX-License-Identifier: MIT
 * The mend connect_timeout: connect() fails with ETIMEDOUT after so long.
 *
 * The kernel does it: TCP_USER_TIMEOUT bounds SYN_SENT as well (tcp(7); seen
 * on Linux 6.18), with the errno and the wake-ups of its own time-out. It is
 * set before the SYN and put back to what it was once the connection is made.
 */
#ifndef SOCKMEND_CONNECT_TIMEOUT_H
#define SOCKMEND_CONNECT_TIMEOUT_H

#include "state/fd_lock.h"

struct tcp_clocks;

/* One connect(): what was set, and what stood there before. Milliseconds. */
struct connect_limit {
	int limit; /* 0: none */
	int before;
};

/* Before connect(), after all options were set. */
void connect_limit_set(struct connect_limit *c, int fd,
		       const struct rule *rule);

/* After it was decided: connected, or failed. */
void connect_limit_lift(const struct connect_limit *c, int fd);

/* Not decided yet: the watch task goes on with connect_limit_look. */
void connect_limit_hand_over(const struct connect_limit *c, int fd,
			     struct fd_entry *slot);

/* In the watch task, on a held and proved connection: lift the limit once it
 * is connected, or record that it was not in time. Milliseconds to the next
 * look, or NEVER. */
int64_t connect_limit_look(struct locked_fd *h, const struct tcp_clocks *tcp);

#endif
