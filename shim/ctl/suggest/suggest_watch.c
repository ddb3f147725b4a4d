/* SPDX-License-Identifier: MIT
 * Looks at a program's processes and sockets again and again.
 */
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "netns.h"
#include "proc_file.h"
#include "suggest.h"

#define PAUSE 100 /* milliseconds between two looks, or more */

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

/* Milliseconds on a CPU, all threads together. */
static int64_t time_running(int proc)
{
	unsigned long user = 0, system = 0;
	char text[1024];
	const char *end;

	proc_read_text(proc, "stat", text, sizeof text);
	end = strrchr(text, ')'); /* the name before it may hold anything */
	if (end)
		sscanf(end,
		       ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
		       "%lu %lu",
		       &user, &system);
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
			watch_network(watching, all->of[i].pid, &owners);
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
	watch_part_with_the_gone(watching);
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
	const struct timespec time = {pause / SECOND, pause % SECOND * 1000000};

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
