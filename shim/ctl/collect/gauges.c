/* SPDX-License-Identifier: MIT
 * Counts mended processes and their connections, as the kernel has them now.
 */
#include "gauges.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "processes.h"
#include "tcp_diag.h"

#define NO_CONNECTIONS (STATE_BIT(STATE_LISTEN) | STATE_BIT(STATE_TIME_WAIT))

static void add(struct counters *totals, unsigned kind,
		const struct process *process, uint64_t count)
{
	struct total t = {.kind = kind, .uid = process->uid, .count = count};

	memcpy(t.program, process->name, sizeof t.program);
	totals_add(totals, &t);
}

static void add_process(struct gauges *gauges, const struct process *process)
{
	add(&gauges->processes, 0, process, 1);
	for (unsigned s = STATE_ESTABLISHED; s < STATE_NEW_SYN_RECV; s++)
		if (!(STATE_BIT(s) & NO_CONNECTIONS))
			add(&gauges->connections, s, process, 0);
}

/* A connection that several processes hold counts once: for the first. */
static void add_socket(struct gauges *gauges, const struct processes *all,
		       uint64_t netns, const struct tcp_socket *socket)
{
	for (unsigned i = 0; i < all->count; i++) {
		const struct process *p = &all->of[i];

		if (p->netns != netns ||
		    process_descriptor_of(p, socket->inode) < 0)
			continue;
		add(&gauges->connections, socket->state, p, 1);
		return;
	}
}

static void add_namespace(struct gauges *gauges, const struct processes *all,
			  const struct process *in)
{
	struct tcp_sockets sockets = {0};

	sockets_read(in->pid, STATES_ALL & ~NO_CONNECTIONS, &sockets);
	for (unsigned i = 0; i < sockets.count; i++)
		if (sockets.of[i].inode)
			add_socket(gauges, all, in->netns, &sockets.of[i]);
	sockets_free(&sockets);
}

static bool is_first_of_namespace(const struct processes *all, unsigned index)
{
	for (unsigned i = 0; i < index; i++)
		if (all->of[i].netns == all->of[index].netns)
			return false;
	return true;
}

void gauges_read(struct gauges *gauges)
{
	struct processes all = {0};

	*gauges = (struct gauges){0};
	processes_read(true, &all);
	if (processes_unseen())
		fprintf(stderr, "sockmendctl: %s\n", processes_unseen());
	for (unsigned i = 0; i < all.count; i++) {
		process_read_descriptors(&all.of[i], &all.pool);
		add_process(gauges, &all.of[i]);
	}
	for (unsigned i = 0; i < all.count; i++)
		if (is_first_of_namespace(&all, i))
			add_namespace(gauges, &all, &all.of[i]);
	pool_return(&all.pool);
}

void gauges_free(struct gauges *gauges)
{
	free(gauges->processes.of);
	free(gauges->connections.of);
	*gauges = (struct gauges){0};
}
