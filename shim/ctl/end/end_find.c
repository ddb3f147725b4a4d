/* SPDX-License-Identifier: MIT
 * Finds the connections that the filters of `end` choose.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "end.h"
#include "netns.h"
#include "socket_owners.h"

#define CONNECTIONS (~(STATE_BIT(STATE_LISTEN) | STATE_BIT(STATE_CLOSE)))

/* ---- whose connections? */

static bool add_target(struct end_search *s, pid_t pid)
{
	struct processes *all = &s->processes;
	struct process p;
	char who[16];

	for (unsigned i = 0; i < all->count; i++)
		if (all->of[i].pid == pid)
			return true;
	if (!process_read(pid, &p, &all->pool)) {
		snprintf(who, sizeof who, "%d", pid);
		no_such_process(who);
		return false;
	}
	all->of = pool_grow(&all->pool, all->of, all->count, sizeof p);
	all->of[all->count++] = p;
	return true;
}

static bool find_processes(struct end_search *s)
{
	struct processes *all = &s->processes;
	bool all_there = s->targets || !processes_unseen();

	for (unsigned i = 0; i < s->targets; i++)
		all_there &= add_target(s, s->target[i].pid);
	if (!s->targets)
		processes_read(false, all);
	if (!s->targets && !all_there)
		fprintf(stderr, "sockmendctl: %s\n", processes_unseen());
	for (unsigned i = 0; i < all->count; i++)
		process_read_descriptors(&all->of[i], &all->pool);
	return all_there;
}

static bool is_target(const struct end_search *s, const struct process *p,
		      int fd)
{
	bool wanted = !s->targets;

	for (unsigned i = 0; i < s->targets && !wanted; i++)
		wanted = s->target[i].pid == p->pid &&
			 (s->target[i].fd < 0 || s->target[i].fd == fd);
	return wanted &&
	       (!s->filter.program || glob_matches(s->filter.program, p->name));
}

/* ---- which of a network namespace? */

static void add_match(struct end_search *s, const struct tcp_socket *socket,
		      const struct process *process, int fd, pid_t near)
{
	s->match = pool_grow(&s->pool, s->match, s->matches, sizeof *s->match);
	s->match[s->matches++] = (struct end_match){socket, process, fd, near};
}

/* The first process, and its descriptor, that is chosen. */
static bool add_held(struct end_search *s, const struct tcp_socket *socket,
		     pid_t near, bool *held)
{
	for (unsigned i = 0; i < s->processes.count; i++) {
		const struct process *p = &s->processes.of[i];

		if (process_descriptor_of(p, socket->inode) < 0)
			continue;
		for (unsigned d = 0; d < p->descriptors; d++) {
			const struct descriptor *at = &p->descriptor[d];

			if (at->inode != socket->inode)
				continue;
			*held = true;
			if (!is_target(s, p, at->fd))
				continue;
			add_match(s, socket, p, at->fd, near);
			return true;
		}
	}
	return false;
}

static void look_at(struct end_search *s, const struct tcp_socket *socket,
		    pid_t near)
{
	const bool anyone = !s->targets && !s->filter.program;
	bool held = false;

	if (!(STATE_BIT(socket->state) & CONNECTIONS) ||
	    !socket_filter_matches(&s->filter, socket))
		return;
	if (socket->inode && add_held(s, socket, near, &held))
		return;
	if (held || !anyone)
		return;
	if (socket->inode)
		s->foreign++;
	else if (s->how == END_DESTROY)
		add_match(s, socket, NULL, -1, near);
	else
		s->orphans++;
}

static bool is_known(const struct end_search *s, uint64_t number)
{
	for (unsigned i = 0; i < s->networks; i++)
		if (s->network[i].number == number)
			return true;
	return false;
}

static void add_network(struct end_search *s, uint64_t number, pid_t near)
{
	const uint32_t states =
		s->filter.states ? s->filter.states : STATES_ALL;
	struct network *n;
	const char *wrong;

	if (!number || is_known(s, number))
		return;
	s->network = pool_grow(&s->pool, s->network, s->networks,
			       sizeof *s->network);
	n = &s->network[s->networks++];
	*n = (struct network){.number = number};
	wrong = network_read(near, states, &s->pool, n);
	if (wrong)
		fprintf(stderr, "sockmendctl: sockets%s: %s\n",
			near ? " of another network namespace" : "", wrong);
	for (unsigned i = 0; i < n->sockets.count; i++)
		look_at(s, &n->sockets.of[i], near);
}

/* Addresses repeat from one network namespace to the next: without a process
 * they mean those of this one alone. */
bool end_find(struct end_search *s)
{
	const bool all_there = find_processes(s);

	if (!s->targets)
		add_network(s, netns_of(0), 0);
	for (unsigned i = 0; s->targets && i < s->processes.count; i++)
		add_network(s, s->processes.of[i].netns,
			    s->processes.of[i].pid);
	return all_there;
}

void end_free(struct end_search *s)
{
	for (unsigned i = 0; i < s->networks; i++)
		sockets_free(&s->network[i].sockets);
	pool_return(&s->processes.pool);
	pool_return(&s->pool);
}
