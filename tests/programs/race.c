/* SPDX-License-Identifier: MIT
 * The watch task against a program that closes and opens the same numbers.
 *
 *   race reuse CYCLES     prints "cycles C ended E wrong W"
 *   race threads N TURNS  prints "ended E missed M"
 *   race ordered N TURNS  the same, for helgrind: the main thread makes the
 *                         first socket, a mutex orders who has which number
 *
 * Run under a rule that ends accepted connections silent for 10 ms. `reuse`
 * keeps some hundred of them, closes each about when it is due, and at once
 * has its number mean a connection no rule governs; one of those that reads
 * an end was ended wrongly. In `threads`, N threads open and close watched
 * connections of their own, and every turn wait for the end of one.
 */
#include "probe.h"

#include <poll.h>
#include <pthread.h>

#define RING 256
#define BYSTANDERS 64
#define DUE 10000 /* microseconds */

struct pair {
	int client, served;
	int64_t since;
};

/* Each thread serves itself. */
static __thread struct sockaddr_in server;
static __thread int listener;
static struct pair ring[RING];
static int bystander[BYSTANDERS];
static int own_numbers; /* the first that is neither listener nor bystander */
static long ended, wrong, missed;

static void check(int ok, const char *what)
{
	if (!ok)
		give_up("%s: %s", what, strerror(errno));
}

static void make_listener(void)
{
	socklen_t len = sizeof(server);

	server.sin_family = AF_INET;
	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server.sin_port = 0;
	listener = socket(AF_INET, SOCK_STREAM, 0);
	check(!bind(listener, (struct sockaddr *)&server, len), "bind");
	check(!listen(listener, 512), "listen");
	getsockname(listener, (struct sockaddr *)&server, &len);
}

/* The kernel orders a close before the open that gets the same number, which
 * helgrind cannot see. */
static pthread_mutex_t numbers = PTHREAD_MUTEX_INITIALIZER;
static int ordered;

static void begin_numbers(void)
{
	if (ordered)
		pthread_mutex_lock(&numbers);
}

static void end_numbers(void)
{
	if (ordered)
		pthread_mutex_unlock(&numbers);
}

/* Its close frees the port pair at once, so that none runs out. */
static void close_hard(int fd)
{
	const struct linger now = { 1, 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	begin_numbers();
	close(fd);
	end_numbers();
}

static struct pair make_pair(void)
{
	struct pair p;

	begin_numbers();
	p.client = socket(AF_INET, SOCK_STREAM, 0);
	check(!connect(p.client, (struct sockaddr *)&server, sizeof(server)),
	      "connect");
	p.served = accept(listener, NULL, NULL);
	check(p.served >= 0, "accept");
	end_numbers();
	p.since = microseconds_now();
	return p;
}

/* 1 the peer's silence was ended, 0 not (yet). */
static int has_ended(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_DONTWAIT) == 0;
}

/* ---- reuse */

/* Clients' ends: no rule governs them. Their peers stay open, and silent. */
static void make_bystanders(void)
{
	for (int i = 0; i < BYSTANDERS; i++) {
		struct pair p = make_pair();

		bystander[i] = p.client;
		own_numbers = p.served + 1;
	}
}

static void look_at_bystanders(void)
{
	for (int i = 0; i < BYSTANDERS; i++)
		wrong += has_ended(bystander[i]);
}

static void wait_until_due(int64_t since, unsigned jitter)
{
	const int64_t at = since + DUE - 1000 + jitter % 8000;

	while (microseconds_now() < at)
		continue;
}

/* The number means a bystander at once: by dup2, or by close and dup. */
static void reuse(struct pair *p, long cycle)
{
	const int number = p->served, other = bystander[cycle % BYSTANDERS];

	ended += has_ended(number);
	if (cycle % 2) {
		check(dup2(other, number) == number, "dup2");
	} else {
		close(number);
		check(dup(other) >= 0, "dup");
	}
	close_hard(p->client);
}

/* Numbers of closed bystander copies are given back in time. */
static void give_back(void)
{
	for (int i = 0; i < RING; i++) {
		close_hard(ring[i].client);
		close_hard(ring[i].served);
	}
	closefrom(own_numbers);
	for (int i = 0; i < RING; i++)
		ring[i] = make_pair();
}

static void run_reuse(long cycles)
{
	make_listener();
	make_bystanders();
	for (int i = 0; i < RING; i++)
		ring[i] = make_pair();
	for (long cycle = 0; cycle < cycles; cycle++) {
		struct pair *p = &ring[cycle % RING];

		wait_until_due(p->since, (unsigned)(cycle * 7919));
		reuse(p, cycle);
		*p = make_pair();
		if (cycle % 1024 == 1023) {
			look_at_bystanders();
			give_back();
		}
	}
	look_at_bystanders();
	printf("cycles %ld ended %ld wrong %ld\n", cycles, ended, wrong);
}

/* ---- threads */

static pthread_mutex_t tally = PTHREAD_MUTEX_INITIALIZER;
static long turns;

static void wait_for_the_end(const struct pair *p)
{
	struct pollfd end = { .fd = p->served, .events = POLLIN };
	const int came = poll(&end, 1, 20000 * patience()) == 1 && has_ended(p->served);

	pthread_mutex_lock(&tally);
	ended += came;
	missed += !came;
	pthread_mutex_unlock(&tally);
}

static void *work(void *nothing)
{
	begin_numbers();
	make_listener();
	end_numbers();
	for (long i = 0; i < turns; i++) {
		struct pair p;

		for (int n = 0; n < 20; n++) {
			p = make_pair();
			close_hard(p.client);
			close_hard(p.served);
		}
		p = make_pair();
		wait_for_the_end(&p);
		close_hard(p.served);
		close_hard(p.client);
	}
	return nothing;
}

static void run_threads(int count)
{
	pthread_t thread[256];

	for (int i = 0; i < count; i++)
		check(!pthread_create(&thread[i], NULL, work, NULL), "thread");
	for (int i = 0; i < count; i++)
		pthread_join(thread[i], NULL);
	printf("ended %ld missed %ld\n", ended, missed);
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "reuse")) {
		run_reuse(atol(argv[2]));
		return 0;
	}
	if (argc != 4 || atoi(argv[2]) > 256)
		give_up("race reuse CYCLES | race threads|ordered N TURNS");
	turns = atol(argv[3]);
	ordered = !strcmp(argv[1], "ordered");
	if (ordered)
		close(socket(AF_INET, SOCK_STREAM, 0));
	run_threads(atoi(argv[2]));
	return 0;
}
