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
#include "procfs.h"
#include "diagnose.h"

#define PAUSE 100 /* milliseconds between two looks, or more */

static int64_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND + now.tv_nsec / 1000000;
}

int64_t watch_patience(const struct watching *watching)
{
	if (watching->one_sample)
		return 5 * SECOND;
	return watching->length / 2 < 5 * SECOND ? watching->length / 2
						 : 5 * SECOND;
}

static int64_t number_behind(const char *text, const char *label)
{
	const char *at = strstr(text, label);

	return at ? strtoll(at + strlen(label), NULL, 10) : 0;
}

/* All threads together. The name in it may hold anything. */
static void read_stat(int proc, struct usage *u, bool *working)
{
	unsigned long faults = 0, user = 0, system = 0;
	const int64_t tick = SECOND / sysconf(_SC_CLK_TCK);
	char text[1024], state = 'S';
	const char *end;

	proc_read_text(proc, "stat", text, sizeof text);
	end = strrchr(text, ')');
	if (end)
		sscanf(end,
		       ") %c %*d %*d %*d %*d %*d %*u %lu %*u %*u %*u %lu %lu",
		       &state, &faults, &user, &system);
	*working = state == 'R' || state == 'D';
	u->faults = (int64_t)faults;
	u->user = (int64_t)user * tick;
	u->system = (int64_t)system * tick;
}

/* Of the first thread alone: all of the time for a loop, however many others
 * want the CPU. */
static int64_t time_wanting(int proc)
{
	unsigned long long running = 0, waiting = 0;
	char text[128];

	proc_read_text(proc, "schedstat", text, sizeof text);
	sscanf(text, "%llu %llu", &running, &waiting);
	return (int64_t)((running + waiting) / 1000000);
}

static struct usage usage_of(pid_t pid, int64_t now, bool *working)
{
	struct usage u = {.time = now, .bytes = -1};
	char text[4096];
	int proc = proc_open(pid);

	*working = false;
	if (proc < 0)
		return u;
	read_stat(proc, &u, working);
	u.wanting = time_wanting(proc);
	if (u.wanting < u.user + u.system)
		u.wanting = u.user + u.system;
	proc_read_text(proc, "status", text, sizeof text);
	u.switches = number_behind(text, "\nvoluntary_ctxt_switches:");
	proc_read_text(proc, "io", text, sizeof text);
	if (*text)
		u.bytes = number_behind(text, "rchar:") +
			  number_behind(text, "wchar:");
	close(proc);
	return u;
}

static struct usage usage_between(struct usage a, struct usage b)
{
	return (struct usage){
		.time = b.time - a.time,
		.wanting = b.wanting - a.wanting,
		.user = b.user - a.user,
		.system = b.system - a.system,
		.faults = b.faults - a.faults,
		.switches = b.switches - a.switches,
		.bytes = a.bytes < 0 || b.bytes < 0 ? -1 : b.bytes - a.bytes,
	};
}

struct runner *watch_runner(const struct watching *watching, pid_t pid)
{
	for (unsigned i = 0; i < watching->runners; i++)
		if (watching->runner[i]->pid == pid)
			return watching->runner[i];
	return NULL;
}

static void look_at_process(struct watching *watching, const struct process *p)
{
	struct runner *r = watch_runner(watching, p->pid);
	bool working;
	const struct usage u = usage_of(p->pid, watching->now, &working);

	if (!r) {
		watching->runner =
			pool_grow(&watching->pool, watching->runner,
				  watching->runners, sizeof *watching->runner);
		r = pool_take(&watching->pool, sizeof *r);
		watching->runner[watching->runners++] = r;
		*r = (struct runner){
			.pid = p->pid,
			.program = pool_print(&watching->pool, "%s", p->name),
			.mended = p->mended,
			.first = u,
		};
	}
	r->look = watching->looks;
	r->working = working;
	r->used = usage_between(r->first, u);
}

/* Through a process in it that still runs. */
static void look_at_network(struct watching *watching,
			    const struct processes *all, unsigned first,
			    const struct owners *owners)
{
	for (unsigned i = first; i < all->count; i++)
		if (all->of[i].netns == all->of[first].netns &&
		    watch_network(watching, all->of[i].pid, owners))
			return;
}

/* Each network namespace once. */
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
			look_at_network(watching, all, i, &owners);
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
		look_at_process(watching, &all.of[i]);
	for (unsigned i = 0; i < all.count && found; i++)
		process_read_descriptors(&all.of[i], &all.pool);
	if (found)
		look_at_networks(watching, &all);
	watch_drop_closed(watching);
	pool_return(&all.pool);
	return found;
}

/* Up to two numbers of a file as the program sees it; or what they were. */
static void read_numbers(pid_t pid, const char *path, unsigned *first,
			 unsigned *second)
{
	char text[64] = "";

	netns_read_file(pid, path, text, sizeof text);
	sscanf(text, "%u %u", first, second);
}

static void read_settings(struct watching *watching, pid_t pid)
{
	unsigned unused;

	watching->port_first = 32768;
	watching->port_last = 60999;
	watching->privileged = 1024;
	watching->queue_most = 4096;
	read_numbers(pid, "/proc/sys/net/ipv4/ip_local_port_range",
		     &watching->port_first, &watching->port_last);
	read_numbers(pid, "/proc/sys/net/ipv4/ip_unprivileged_port_start",
		     &watching->privileged, &unused);
	read_numbers(pid, "/proc/sys/net/core/somaxconn", &watching->queue_most,
		     &unused);
}

void watch_once(struct watching *watching, pid_t pid,
		const struct processes *all)
{
	struct owners owners = owners_of(all);

	watching->one_sample = true;
	watching->looks = 1;
	read_settings(watching, pid);
	for (unsigned i = 0; i < all->count; i++)
		look_at_process(watching, &all->of[i]);
	watch_network(watching, pid, &owners);
	free(owners.of);
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

	watching->port_last = UINT16_MAX; /* until a process can be asked */
	if (!look(watching))
		return false;
	read_settings(watching, watching->runner[0]->pid);
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
