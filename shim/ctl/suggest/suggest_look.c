/* SPDX-License-Identifier: MIT
 * One look at the sockets of a network namespace: what each does now, and
 * since when.
 */
#include "suggest.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "netns.h"

/* What one look sees of one network namespace. */
struct scene {
	struct watching *watching;
	const struct tcp_sockets *sockets;
	const struct owners *owners;
	unsigned waiting; /* listeners somebody waits at */
	const struct tcp_socket **listener;
};

static bool is_close_wait(const struct tcp_socket *s)
{
	return s->state == STATE_CLOSE_WAIT;
}

static bool is_stuck(const struct tcp_socket *s)
{
	if (s->state != STATE_ESTABLISHED && s->state != STATE_CLOSE_WAIT)
		return false;
	return s->timer == TIMER_ZERO_WINDOW ||
	       (s->timer == TIMER_RETRANSMIT && s->retransmits);
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

static bool is_blocked(const struct scene *scene, const struct tcp_socket *s)
{
	if (s->state != STATE_ESTABLISHED)
		return false;
	for (unsigned i = 0; i < scene->waiting; i++)
		if (scene->listener[i]->local.port == s->local.port)
			return true;
	return false;
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

static void look_at_socket(const struct scene *scene,
			   const struct process *owner,
			   const struct tcp_socket *s)
{
	struct watching *watching = scene->watching;
	struct watched *w = recall(scene, owner, s);
	const bool blocked = is_blocked(scene, s);

	w->pid = owner->pid;
	w->now = *s;
	w->look = watching->looks;
	w->same_peer_waits |= blocked && peer_waits(scene, s);
	time_condition(watching, w, CONDITION_CLOSE_WAIT, is_close_wait(s));
	time_condition(watching, w, CONDITION_STUCK, is_stuck(s));
	time_condition(watching, w, CONDITION_BLOCKED, blocked);
}

void watch_part_with_the_gone(struct watching *watching)
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

/* TIME_WAIT belongs to nobody: on a port of the program's it may keep it from
 * starting again; on a port nobody is given, some client insisted on that. */
static void look_at_remains(const struct scene *scene,
			    const struct tcp_socket *s)
{
	struct watching *watching = scene->watching;
	const unsigned port = s->local.port;

	if (s->state != STATE_TIME_WAIT)
		return;
	if (sockets_listen_at(scene->sockets, &s->local))
		watching->lingering++;
	else if (port < watching->port_first || port > watching->port_last)
		add_leftover(watching, s);
}

static void find_waiting(struct scene *scene)
{
	for (unsigned i = 0; i < scene->sockets->count; i++) {
		const struct tcp_socket *s = &scene->sockets->of[i];

		if (s->state == STATE_LISTEN && s->receive_queue)
			scene->listener[scene->waiting++] = s;
	}
}

void watch_network(struct watching *watching, pid_t pid,
		   const struct owners *owners)
{
	struct tcp_sockets sockets = {0};
	struct scene scene = {watching, &sockets, owners, 0, NULL};
	const char *wrong = sockets_read(pid, STATES_ALL, &sockets);

	if (wrong && netns_of(pid)) /* else it has ended meanwhile */
		watching->wrong = wrong;
	scene.listener = calloc(sockets.count + 1, sizeof *scene.listener);
	if (scene.listener)
		find_waiting(&scene);
	for (unsigned i = 0; i < sockets.count; i++) {
		const struct tcp_socket *s = &sockets.of[i];
		const struct process *owner = owner_find(owners, s->inode);

		if (owner)
			look_at_socket(&scene, owner, s);
		else
			look_at_remains(&scene, s);
	}
	free(scene.listener);
	sockets_free(&sockets);
}
