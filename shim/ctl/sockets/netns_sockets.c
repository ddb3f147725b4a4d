/* SPDX-License-Identifier: MIT
 * One network namespace: its TCP sockets, and which way each connection went.
 */
#include "netns_sockets.h"

#include <stdlib.h>

#include "netns.h"

static int by_inode(const void *a, const void *b)
{
	const struct tcp_socket *one = *(const struct tcp_socket *const *)a;
	const struct tcp_socket *two = *(const struct tcp_socket *const *)b;

	return (one->inode > two->inode) - (one->inode < two->inode);
}

/* Sockets that have a descriptor somewhere. */
static void index_sockets(struct network *n, struct pool *pool)
{
	unsigned count = 0;

	n->by_inode = pool_take(pool, (n->sockets.count + 1) *
					      sizeof(struct tcp_socket *));
	for (unsigned i = 0; i < n->sockets.count; i++)
		if (n->sockets.of[i].inode)
			n->by_inode[count++] = &n->sockets.of[i];
	qsort(n->by_inode, count, sizeof *n->by_inode, by_inode);
}

const char *network_read(pid_t pid, uint32_t states, struct pool *pool,
			 struct network *n)
{
	const char *wrong = sockets_read(pid, states | STATE_BIT(STATE_LISTEN),
					 &n->sockets);

	index_sockets(n, pool);
	return wrong;
}

void network_read_ports(pid_t pid, struct network *n)
{
	char text[64];
	char *second;

	if (netns_read_file(pid, "/proc/sys/net/ipv4/ip_local_port_range", text,
			    sizeof text) < 0)
		return;
	n->first_port = (unsigned)strtoul(text, &second, 10);
	n->last_port = (unsigned)strtoul(second, NULL, 10);
}

enum direction network_direction(const struct network *n,
				 const struct tcp_socket *socket)
{
	const struct endpoint *local = &socket->local;

	if (socket->state == STATE_LISTEN ||
	    sockets_listen_at(&n->sockets, local))
		return DIRECTION_ACCEPT;
	if (local->port >= n->first_port && local->port <= n->last_port)
		return DIRECTION_CONNECT;
	return DIRECTION_ANY;
}
