/* SPDX-License-Identifier: MIT
 * One look at the sockets of a network namespace: what each does now, and
 * since when.
 */
#include "diagnose.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "journal_read.h"
#include "netns.h"

/* What one look sees of one network namespace. */
struct scene {
	struct watching *watching;
	const struct tcp_sockets *sockets;
	const struct owners *owners;
	bool anyone_waits;
	unsigned searches; /* each goes through all sockets: a few hundred */
};

static bool is_close_wait(const struct tcp_socket *s)
{
	return s->state == STATE_CLOSE_WAIT;
}

static bool is_stuck(const struct tcp_socket *s)
{
	return s->has_info && s->state != STATE_LISTEN && s->unacked &&
	       s->retransmits;
}

uint32_t peer_silence(const struct tcp_socket *s)
{
	uint32_t silence = s->silent_received;

	if (!s->has_info)
		return 0;
	if (!s->unacked && s->data_segments_out && s->silent_sent < silence)
		silence = s->silent_sent;
	return silence;
}

static bool same_address(const struct endpoint *a, const struct endpoint *b)
{
	return !memcmp(a->addr, b->addr, sizeof a->addr);
}

/* Is there one from the same address among those that wait? */
static bool peer_waits(const struct scene *scene, const struct tcp_socket *s)
{
	for (unsigned i = 0; i < scene->sockets->count; i++) {
		const struct tcp_socket *other = &scene->sockets->of[i];

		if (!other->inode && other->state != STATE_TIME_WAIT &&
		    other->local.port == s->local.port &&
		    same_address(&other->peer, &s->peer))
			return true;
	}
	return false;
}

/* Does a connection wait at the listener this one came to? */
static bool is_blocked(const struct scene *scene, const struct tcp_socket *s)
{
	const struct tcp_socket *best = NULL;
	unsigned fits = 0;

	if (s->state != STATE_ESTABLISHED && s->state != STATE_CLOSE_WAIT)
		return false;
	for (unsigned i = 0; i < scene->sockets->listeners; i++) {
		const struct tcp_socket *l = &scene->sockets->of[i];
		const unsigned fit = listener_fit(&l->local, &s->local);

		if (fit > fits)
			best = l;
		fits = fit > fits ? fit : fits;
	}
	return best && best->receive_queue;
}

/* What ends by itself tells how long such a thing may take. */
static void time_condition(struct watching *watching, struct watched *w,
			   enum condition which, bool holds)
{
	int64_t lasted = watching->now - w->since[which];

	if (holds && w->since[which] < 0)
		w->since[which] = watching->now;
	if (holds || w->since[which] < 0)
		return;
	w->since[which] = -1;
	w->left_close_wait |= which == CONDITION_CLOSE_WAIT;
	if (lasted > watching->passed[which])
		watching->passed[which] = lasted;
}

static enum direction direction_of(const struct scene *scene,
				   const struct tcp_socket *s)
{
	if (s->state == STATE_LISTEN)
		return DIRECTION_ANY;
	return sockets_listen_at(scene->sockets, &s->local) ? DIRECTION_ACCEPT
							    : DIRECTION_CONNECT;
}

static int by_cookie(const void *a, const void *b)
{
	const struct watched *x = a, *y = b;

	return (x->cookie > y->cookie) - (x->cookie < y->cookie);
}

static struct watched *remember(const struct scene *scene,
				const struct process *owner,
				const struct tcp_socket *s)
{
	struct watching *watching = scene->watching;
	struct watched *w = pool_take(&watching->pool, sizeof *w);

	w->cookie = s->cookie;
	w->program = pool_print(&watching->pool, "%s", owner->name);
	w->direction = direction_of(scene, s);
	w->was_there = watching->looks == 1;
	for (int i = 0; i < CONDITIONS; i++)
		w->since[i] = -1;
	watching->of = pool_grow(&watching->pool, watching->of, watching->count,
				 sizeof *watching->of);
	watching->of[watching->count++] = w;
	tsearch(w, &watching->by_cookie, by_cookie);
	return w;
}

static struct watched *recall(const struct scene *scene,
			      const struct process *owner,
			      const struct tcp_socket *s)
{
	const struct watched key = {.cookie = s->cookie};
	struct watched **known =
		tfind(&key, &scene->watching->by_cookie, by_cookie);

	return known ? *known : remember(scene, owner, s);
}

/* Of those that hold it the one that uses most CPU. */
static const struct runner *busiest(const struct scene *scene, uint64_t inode,
				    const struct process *owner)
{
	const struct runner *found = watch_runner(scene->watching, owner->pid);
	const struct owners *all = scene->owners;

	for (unsigned i = 0; found && i < all->count; i++) {
		const struct runner *r;

		if (all->of[i].inode != inode || all->of[i].process == owner)
			continue;
		r = watch_runner(scene->watching, all->of[i].process->pid);
		if (r && r->used.wanting > found->used.wanting)
			found = r;
	}
	return found;
}

/* The socket at the other end, where that is on this host. */
static void see_other_end(const struct scene *scene, struct watched *w)
{
	w->peer_reads = w->peer_gone = false;
	if (w->now.state != STATE_CLOSE_WAIT)
		return;
	for (unsigned i = 0; i < scene->sockets->count; i++) {
		const struct tcp_socket *s = &scene->sockets->of[i];

		if (s->local.port != w->now.peer.port ||
		    s->peer.port != w->now.local.port ||
		    !same_address(&s->local, &w->now.peer) ||
		    !same_address(&s->peer, &w->now.local))
			continue;
		w->peer_reads = s->inode && !s->receiving_shut;
		w->peer_gone = !s->inode;
	}
}

static void look_at_socket(struct scene *scene, const struct process *owner,
			   const struct tcp_socket *s)
{
	struct watching *watching = scene->watching;
	struct watched *w = recall(scene, owner, s);
	const uint32_t silence = peer_silence(s);

	w->pid = owner->pid;
	w->now = *s;
	w->look = watching->looks;
	w->blocks = scene->anyone_waits && is_blocked(scene, s);
	w->same_peer_waits |= w->blocks && peer_waits(scene, s);
	w->runner = watch_runner(watching, owner->pid);
	if ((s->state == STATE_CLOSE_WAIT || w->blocks) &&
	    scene->searches++ < 256) {
		w->runner = busiest(scene, s->inode, owner);
		see_other_end(scene, w);
	}
	if (w->direction == DIRECTION_ACCEPT && silence < w->last_silence &&
	    w->last_silence > watching->passed[CONDITION_SILENT])
		watching->passed[CONDITION_SILENT] = w->last_silence;
	w->last_silence = silence;
	time_condition(watching, w, CONDITION_CLOSE_WAIT, is_close_wait(s));
	time_condition(watching, w, CONDITION_STUCK, is_stuck(s));
	time_condition(watching, w, CONDITION_BLOCKED, w->blocks);
}

void watch_drop_closed(struct watching *watching)
{
	for (unsigned i = 0; i < watching->count; i++)
		for (int c = 0; c < CONDITIONS; c++)
			if (watching->of[i]->look != watching->looks)
				time_condition(watching, watching->of[i],
					       (enum condition)c, false);
}

static void add_leftover(struct watching *watching, const struct tcp_socket *s)
{
	watching->leftover =
		pool_grow(&watching->pool, watching->leftover,
			  watching->leftovers, sizeof *watching->leftover);
	watching->leftover[watching->leftovers++] =
		(struct leftover){s->local, s->peer};
}

static bool is_given(const struct watching *watching, unsigned port)
{
	return port >= watching->port_first && port <= watching->port_last;
}

/* TIME_WAIT belongs to no process. On a server's port it may keep that from
 * starting again: a listener's, or one the kernel gives no client where the
 * other end's is given. With neither end's given, a client insisted on its. */
static void look_at_remains(const struct scene *scene,
			    const struct tcp_socket *s)
{
	struct watching *watching = scene->watching;
	const unsigned port = s->local.port;

	if (s->state != STATE_TIME_WAIT)
		return;
	if (sockets_listen_at(scene->sockets, &s->local) ||
	    (!is_given(watching, port) && is_given(watching, s->peer.port))) {
		watching->lingering++;
		watching->lingering_port = port;
	} else if (!is_given(watching, port)) {
		add_leftover(watching, s);
	}
}

/* The library says so of a program that is mended. */
static void see_events(struct watching *watching, const struct process *p)
{
	static struct journal journal;

	if (!p->mended || !process_read_journal(p, &journal))
		return;
	for (unsigned i = 0; i < JOURNAL_EVENTS; i++) {
		const struct watched key = {.cookie = journal.event[i].cookie};
		struct watched **known;

		if (!journal.event[i].seq ||
		    journal.event[i].id != EVENT_EOF_SPIN)
			continue;
		known = tfind(&key, &watching->by_cookie, by_cookie);
		if (known)
			(*known)->spins = true;
	}
}

bool watch_network(struct watching *watching, pid_t pid,
		   const struct owners *owners)
{
	struct tcp_sockets sockets = {0};
	struct scene scene = {watching, &sockets, owners, false, 0};
	const char *wrong = sockets_read(pid, STATES_ALL, &sockets);

	if (wrong && !netns_of(pid)) {
		sockets_free(&sockets);
		return false;
	}
	if (wrong)
		watching->wrong = wrong;
	for (unsigned i = 0; i < sockets.listeners; i++)
		scene.anyone_waits |= sockets.of[i].receive_queue > 0;
	for (unsigned i = 0; i < sockets.count; i++) {
		const struct tcp_socket *s = &sockets.of[i];
		const struct process *owner = owner_find(owners, s->inode);

		if (!owner && s->inode)
			owner = watching->strangers;
		if (owner)
			look_at_socket(&scene, owner, s);
		else
			look_at_remains(&scene, s);
	}
	for (unsigned i = 0; i < owners->count; i++)
		if (!i || owners->of[i].process != owners->of[i - 1].process)
			see_events(watching, owners->of[i].process);
	sockets_free(&sockets);
	return true;
}
