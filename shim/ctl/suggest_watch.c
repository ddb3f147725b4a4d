/* SPDX-License-Identifier: MIT
 * Looks at a program's sockets again and again, and keeps what they did.
 */
#include "suggest.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "netns.h"
#include "proc_file.h"

#define PAUSE 100 /* milliseconds between two looks, or more */

/* What one look sees of one network namespace. */
struct scene {
	struct watching *watching;
	const struct tcp_sockets *sockets;
	const struct owners *owners;
	unsigned waiting; /* listeners somebody waits at */
	const struct tcp_socket **listener;
};

static int64_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND + now.tv_nsec / 1000000;
}

int64_t watch_patience(const struct watching *watching)
{
	return watching->length / 2 < 5 * SECOND ? watching->length / 2
						 : 5 * SECOND;
}

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
	watching->of = pool_grow(&watching->pool, watching->of,
				 watching->count, sizeof *watching->of);
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

/* A socket that is gone has ended by itself. */
static void part_with_the_gone(struct watching *watching)
{
	for (unsigned i = 0; i < watching->count; i++)
		for (int c = 0; c < CONDITIONS; c++)
			if (watching->of[i]->look != watching->looks)
				time_condition(watching, watching->of[i],
					       (enum condition)c, false);
}

static void add_leftover(struct watching *watching, const struct tcp_socket *s)
{
	watching->leftover = pool_grow(&watching->pool, watching->leftover,
				       watching->leftovers,
				       sizeof *watching->leftover);
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

static void look_at_network(struct watching *watching, pid_t pid,
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

/* Milliseconds on a CPU, all threads together. */
static int64_t time_running(int proc)
{
	unsigned long user = 0, system = 0;
	char text[1024];
	const char *end;

	proc_read_text(proc, "stat", text, sizeof text);
	end = strrchr(text, ')'); /* the name before it may hold anything */
	if (end)
		sscanf(end, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
			    "%lu %lu", &user, &system);
	return (int64_t)(user + system) * SECOND / sysconf(_SC_CLK_TCK);
}

/* Milliseconds on a CPU or waiting for one, the first thread alone: all of
 * them for a loop, however many others there are. */
static int64_t time_wanting(int proc)
{
	unsigned long long running = 0, waiting = 0;
	char text[128];

	proc_read_text(proc, "schedstat", text, sizeof text);
	sscanf(text, "%llu %llu", &running, &waiting);
	return (int64_t)((running + waiting) / 1000000);
}

/* 0 when nobody may tell. */
static int64_t cpu_time(pid_t pid)
{
	int64_t running, wanting;
	int proc = proc_open(pid);

	if (proc < 0)
		return 0;
	running = time_running(proc);
	wanting = time_wanting(proc);
	close(proc);
	return running > wanting ? running : wanting;
}

static struct runner *runner_of(struct watching *watching,
				const struct process *p)
{
	struct runner *r;

	for (unsigned i = 0; i < watching->runners; i++)
		if (watching->runner[i].pid == p->pid)
			return &watching->runner[i];
	watching->runner = pool_grow(&watching->pool, watching->runner,
				     watching->runners, sizeof *r);
	r = &watching->runner[watching->runners++];
	*r = (struct runner){
		.pid = p->pid,
		.program = pool_print(&watching->pool, "%s", p->name),
		.mended = p->mended,
		.first_time = watching->now,
		.first_cpu = cpu_time(p->pid),
	};
	return r;
}

static void look_at_process(struct watching *watching, struct process *p,
			    struct pool *pool)
{
	struct runner *r = runner_of(watching, p);

	r->look = watching->looks;
	r->last_time = watching->now;
	r->last_cpu = cpu_time(p->pid);
	process_read_descriptors(p, pool);
}

/* Each network namespace once, through the first of the processes in it. */
static void look_at_networks(struct watching *watching,
			     const struct processes *all)
{
	struct owners owners = owners_of(all);

	watching->leftovers = watching->lingering = 0;
	watching->leftover = NULL;
	for (unsigned i = 0; i < all->count; i++) {
		unsigned first = 0;

		while (all->of[first].netns != all->of[i].netns)
			first++;
		if (first == i)
			look_at_network(watching, all->of[i].pid, &owners);
	}
	free(owners.of);
}

static bool look(struct watching *watching)
{
	struct processes all;
	bool found;

	processes_read(false, &all);
	found = processes_choose(&all, watching->who, true);
	watching->looks += found;
	watching->ended = !found;
	for (unsigned i = 0; i < all.count && found; i++)
		look_at_process(watching, &all.of[i], &all.pool);
	if (found)
		look_at_networks(watching, &all);
	part_with_the_gone(watching);
	pool_return(&all.pool);
	return found;
}

/* Up to two numbers of a file as the program sees it; or what they were. */
static void read_numbers(struct watching *watching, const char *path,
			 unsigned *first, unsigned *second)
{
	char text[64] = "";

	netns_read_file(watching->runner[0].pid, path, text, sizeof text);
	sscanf(text, "%u %u", first, second);
}

static void read_ports(struct watching *watching)
{
	unsigned unused;

	watching->port_first = 32768;
	watching->port_last = 60999;
	watching->privileged = 1024;
	read_numbers(watching, "/proc/sys/net/ipv4/ip_local_port_range",
		     &watching->port_first, &watching->port_last);
	read_numbers(watching, "/proc/sys/net/ipv4/ip_unprivileged_port_start",
		     &watching->privileged, &unused);
}

/* A look that takes long, for a great many sockets, is taken less often. */
static void pause_after(int64_t cost)
{
	const int64_t pause = cost * 4 > PAUSE ? cost * 4 : PAUSE;
	const struct timespec time = {pause / SECOND,
				      pause % SECOND * 1000000};

	nanosleep(&time, NULL);
}

/* The nodes are the pool's. */
static void leave(void *node)
{
	(void)node;
}

bool watch(struct watching *watching)
{
	const int64_t begin = clock_now();

	watching->port_last = UINT16_MAX; /* until somebody can be asked */
	if (!look(watching))
		return false;
	read_ports(watching);
	do {
		int64_t before = clock_now();

		watching->now = before - begin;
		look(watching);
		pause_after(clock_now() - before);
	} while (clock_now() - begin < watching->length);
	watching->now = clock_now() - begin;
	look(watching);
	tdestroy(watching->by_cookie, leave);
	return true;
}
