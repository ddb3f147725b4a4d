/* SPDX-License-Identifier: MIT
 * One network namespace: its TCP sockets, and which way each connection went.
 */
#ifndef SOCKMEND_NETNS_SOCKETS_H
#define SOCKMEND_NETNS_SOCKETS_H

#include "pool.h"
#include "tcp_diag.h"

struct network {
	uint64_t number; /* of the namespace */
	struct tcp_sockets sockets;
	const struct tcp_socket **by_inode; /* which have one; NULL is last */
	unsigned first_port, last_port; /* of clients; 0: unknown */
};

/* The sockets in these states, and listeners, where `pid` lives. NULL, or
 * what is wrong; what was read before that is there. */
const char *network_read(pid_t pid, uint32_t states, struct pool *pool,
			 struct network *network);

/* The ports connect() takes one from there. */
void network_read_ports(pid_t pid, struct network *network);

/* Its own listener, or where its port was taken from; ANY: nothing tells. */
enum direction network_direction(const struct network *network,
				 const struct tcp_socket *socket);

#endif
