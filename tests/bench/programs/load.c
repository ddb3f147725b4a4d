/* SPDX-License-Identifier: MIT
 * Clients that put a load on a server, and say what they saw of it.
 *
 *   load close ADDR PORT CLIENTS MS   connect, send, read to the end, close
 *   load echo ADDR PORT CLIENTS MS    64 bytes there and back, on one
 *                                     connection of each client
 *   load hold ADDR PORT N TALKING MS REST_MS
 *                                     N connections, of which TALKING send a
 *                                     byte every MS milliseconds, and the
 *                                     others every REST_MS (0: never)
 *   load late ADDR PORT N MS          when a server with a time limit of MS
 *                                     milliseconds ends each, against when it
 *                                     should
 *
 * `close` and `echo` run for MS milliseconds and print "RATE FAILURES": how
 * many went well in a second, and how many did not at all. `hold` prints "held"
 * and stays until its standard input ends, or SIGTERM. `late` prints "N min p50
 * p99 max", in microseconds; early ones are negative.
 */
#include "bench.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/time.h>
#include <sys/wait.h>

static const char usage[] = "load close ADDR PORT CLIENTS MS\n"
			    "       load echo ADDR PORT CLIENTS MS\n"
			    "       load hold ADDR PORT N TALKING MS REST_MS\n"
			    "       load late ADDR PORT N MS\n";

#define LOOPBACKS 16
#define RETRIES 100

static struct sockaddr_in server;
static unsigned dialled;
static long no_port; /* how often connect() had no port left */

/* ---- connections */

/* One address has some 28000 ports for its clients; loopback has more of them,
 * and a server on 0.0.0.0 is at each. */
static struct sockaddr_in next_address(void)
{
	struct sockaddr_in address = server;

	if (server.sin_addr.s_addr == htonl(INADDR_LOOPBACK))
		address.sin_addr.s_addr =
			htonl(INADDR_LOOPBACK + dialled++ % LOOPBACKS);
	return address;
}

static void set_patience(int fd, int seconds)
{
	const struct timeval time = { .tv_sec = seconds };

	check(!setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)),
	      "SO_RCVTIMEO");
	check(!setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time)),
	      "SO_SNDTIMEO");
}

static int dial_once(int patience)
{
	const struct sockaddr_in address = next_address();
	const int fd = socket(AF_INET, SOCK_STREAM, 0);
	int error;

	check(fd >= 0, "socket");
	if (patience)
		set_patience(fd, patience);
	if (!connect(fd, (const struct sockaddr *)&address, sizeof(address)))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* With a patience, for at most that many seconds each time it waits. */
static int dial(int patience)
{
	int fd = dial_once(patience);

	for (int i = 0; fd < 0 && errno == EADDRNOTAVAIL && i < RETRIES; i++) {
		no_port++;
		usleep(1000);
		fd = dial_once(patience);
	}
	return fd;
}

static int *dial_many(long n)
{
	int *fds = calloc((size_t)n, sizeof(*fds));

	check(fds != NULL, "calloc");
	need_descriptors(n);
	for (long i = 0; i < n; i++) {
		fds[i] = dial(0);
		check(fds[i] >= 0, "connect");
	}
	return fds;
}

static void say_retries(void)
{
	if (no_port)
		fprintf(stderr, "connect had no port left %ld times\n",
			no_port);
}

/* ---- close, echo: clients at work at the same time */

#define PATIENCE 2

/* What a client did, where its parent sees it. */
struct tally {
	long done, failed, no_port;
	int64_t took;
};

/* Whether the whole of it came. */
static int read_whole(int fd, char *bytes, size_t size)
{
	return recv(fd, bytes, size, MSG_WAITALL) == (ssize_t)size;
}

static int read_to_the_end(int fd)
{
	char bytes[512];
	ssize_t n, all = 0;

	while ((n = recv(fd, bytes, sizeof(bytes), 0)) > 0)
		all += n;
	return n == 0 && all > 0;
}

static int exchange_and_close(int *fd)
{
	static const char request[16] = "GET / HTTP/1.0\r\n";
	int good;

	*fd = dial(PATIENCE);
	if (*fd < 0)
		return 0;
	good = send(*fd, request, sizeof(request), 0) == sizeof(request) &&
	       read_to_the_end(*fd);
	close(*fd);
	*fd = -1;
	return good;
}

/* A connection that failed is given up for another. */
static int ping_pong(int *fd)
{
	char bytes[64] = "ping";

	if (*fd < 0)
		*fd = dial(PATIENCE);
	if (*fd < 0)
		return 0;
	if (send(*fd, bytes, sizeof(bytes), 0) == sizeof(bytes) &&
	    read_whole(*fd, bytes, sizeof(bytes)))
		return 1;
	close(*fd);
	*fd = -1;
	return 0;
}

typedef int (*work)(int *fd);

static void work_for(struct tally *tally, work once, int64_t microseconds)
{
	const int64_t began = microseconds_now();
	int fd = -1;

	do {
		if (once(&fd)) {
			tally->done++;
		} else {
			tally->failed++;
			usleep(1000);
		}
		tally->took = microseconds_now() - began;
	} while (tally->took < microseconds);
	tally->no_port = no_port;
}

static struct tally *shared_tallies(long clients)
{
	struct tally *tallies = mmap(NULL, (size_t)clients * sizeof(*tallies),
				     PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	check(tallies != MAP_FAILED, "mmap");
	return tallies;
}

static void start_client(long i, struct tally *tally, work once,
			 int64_t microseconds)
{
	const pid_t child = fork();

	check(child >= 0, "fork");
	if (child)
		return;
	dialled = (unsigned)i;
	work_for(tally, once, microseconds);
	_exit(0);
}

static void wait_for(long clients)
{
	int status;

	for (long i = 0; i < clients; i++) {
		check(wait(&status) > 0, "wait");
		if (status)
			give_up("a client ended with status %#x",
				(unsigned)status);
	}
}

static void say_sum(const struct tally *tallies, long clients)
{
	double rate = 0;
	long failed = 0;

	for (long i = 0; i < clients; i++) {
		rate += (double)tallies[i].done * 1e6 / (double)tallies[i].took;
		failed += tallies[i].failed;
		no_port += tallies[i].no_port;
	}
	printf("%.1f %ld\n", rate, failed);
	say_retries();
}

static void run_clients(work once, char **args)
{
	const long clients = number(args[0], 1, 10000, usage);
	const long ms = number(args[1], 1, 3600000, usage);
	struct tally *tallies = shared_tallies(clients);

	for (long i = 0; i < clients; i++)
		start_client(i, &tallies[i], once, ms * 1000);
	wait_for(clients);
	say_sum(tallies, clients);
}

static void run_close(char **args)
{
	run_clients(exchange_and_close, args);
}

static void run_echo(char **args)
{
	run_clients(ping_pong, args);
}

/* ---- hold */

__attribute__((noreturn)) static void leave(int signal_number)
{
	(void)signal_number;
	_exit(0);
}

/* Those the server has ended are silent from then on. */
static void say_something(int *fd)
{
	if (*fd < 0 || send(*fd, "x", 1, MSG_DONTWAIT) == 1 || errno == EAGAIN)
		return;
	close(*fd);
	*fd = -1;
}

/* Waits at most so long; whether there is more of the standard input. */
static int stays(int ms)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	char bytes[64];

	if (poll(&in, 1, ms) <= 0)
		return 1;
	return read(STDIN_FILENO, bytes, sizeof(bytes)) > 0;
}

/* Connections that each send a byte every so often, their turns even in time:
 * of many, some every millisecond. */
struct chorus {
	int *fds;
	long count; /* 0: all are silent */
	int64_t period;
	long long turn;
};

static int64_t next_turn(const struct chorus *c, int64_t began)
{
	return c->count && c->period ? began + c->turn * c->period / c->count
				     : INT64_MAX;
}

static void take_turn(struct chorus *c)
{
	say_something(&c->fds[c->turn++ % c->count]);
}

static void talk(struct chorus *often, struct chorus *seldom)
{
	const int64_t began = microseconds_now();

	for (;;) {
		const int64_t a = next_turn(often, began);
		const int64_t b = next_turn(seldom, began);
		const int64_t next = a < b ? a : b;
		const int64_t left = next - microseconds_now();

		if (next == INT64_MAX)
			return;
		if (!stays(left > 0 ? 1 + (int)(left / 1000) : 0))
			exit(0);
		take_turn(a < b ? often : seldom);
	}
}

static void run_hold(char **args)
{
	const long n = number(args[0], 1, 1000000, usage);
	const long talking = number(args[1], 0, n, usage);
	const int64_t often = number(args[2], 1, 3600000, usage) * INT64_C(1000);
	const int64_t seldom = number(args[3], 0, 3600000, usage) * INT64_C(1000);
	int *fds;

	signal(SIGTERM, leave);
	fds = dial_many(n);
	say_retries();
	announce("held");
	talk(&(struct chorus){ fds, talking, often, 0 },
	     &(struct chorus){ fds + talking, n - talking, seldom, 0 });
	while (stays(-1))
		;
}

/* ---- late */

#define APART 2000 /* microseconds from one byte sent to the next */

struct waiting {
	int fd;
	int64_t sent_at, lateness;
};

static int epoll_fd;
static int64_t time_limit;

static void end(struct waiting *w, int64_t now)
{
	if (!w->sent_at)
		give_up("one was ended before its byte was sent: "
			"the time limit is too short for so many");
	w->lateness = now - w->sent_at - time_limit;
	close(w->fd);
	w->fd = -1;
}

static int has_ended(int fd)
{
	char bytes[64];
	const ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	return n == 0 || (n < 0 && errno != EAGAIN);
}

/* How many ended within that time. */
static long take_ends(int ms)
{
	struct epoll_event ready[64];
	const int count = epoll_wait(epoll_fd, ready, 64, ms);
	const int64_t now = microseconds_now();
	long ended = 0;

	check(count >= 0 || errno == EINTR, "epoll_wait");
	for (int i = 0; i < count; i++) {
		struct waiting *w = ready[i].data.ptr;

		if (!has_ended(w->fd))
			continue;
		end(w, now);
		ended++;
	}
	return ended;
}

/* One after the other, and meanwhile those that end are not kept waiting. */
static long send_to_each(struct waiting *all, long n)
{
	const int64_t began = microseconds_now();
	long ended = 0;

	for (long i = 0; i < n; i++) {
		int64_t left;

		while ((left = began + i * APART - microseconds_now()) > 0)
			ended += take_ends(1 + (int)(left / 1000));
		all[i].sent_at = microseconds_now();
		check(send(all[i].fd, "x", 1, 0) == 1, "send");
	}
	return ended;
}

static struct waiting *wait_on_many(long n)
{
	struct waiting *all = calloc((size_t)n, sizeof(*all));
	const int *fds = dial_many(n);

	check(all != NULL, "calloc");
	epoll_fd = epoll_create1(0);
	check(epoll_fd >= 0, "epoll_create1");
	for (long i = 0; i < n; i++) {
		struct epoll_event e = { .events = EPOLLIN | EPOLLRDHUP,
					 .data.ptr = &all[i] };

		all[i].fd = fds[i];
		check(!epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fds[i], &e),
		      "epoll_ctl");
	}
	return all;
}

static int by_lateness(const void *a, const void *b)
{
	const struct waiting *x = a, *y = b;

	return (x->lateness > y->lateness) - (x->lateness < y->lateness);
}

static void say_lateness(struct waiting *all, long n)
{
	qsort(all, (size_t)n, sizeof(*all), by_lateness);
	printf("%ld %lld %lld %lld %lld\n", n, (long long)all[0].lateness,
	       (long long)all[n / 2].lateness,
	       (long long)all[n * 99 / 100].lateness,
	       (long long)all[n - 1].lateness);
}

static void run_late(char **args)
{
	const long n = number(args[0], 1, 1000000, usage);
	const long ms = number(args[1], 1, 3600000, usage);
	struct waiting *all;
	int64_t give_up_at;
	long ended;

	time_limit = ms * 1000;
	all = wait_on_many(n);
	ended = send_to_each(all, n);
	give_up_at = microseconds_now() + time_limit * 3 + 20000000;
	while (ended < n && microseconds_now() < give_up_at)
		ended += take_ends(100);
	if (ended < n) {
		fprintf(stderr, "%ld of %ld never ended\n", n - ended, n);
		exit(1);
	}
	say_lateness(all, n);
}

/* ---- */

static const struct {
	const char *name;
	int args; /* after ADDR and PORT */
	void (*run)(char **args);
} loads[] = {
	{ "close", 2, run_close },
	{ "echo", 2, run_echo },
	{ "hold", 4, run_hold },
	{ "late", 2, run_late },
};

int main(int argc, char **argv)
{
	if (argc < 4)
		misused(usage);
	server = ipv4(0, number(argv[3], 1, 65535, usage));
	if (inet_pton(AF_INET, argv[2], &server.sin_addr) != 1)
		give_up("no IPv4 address: %s", argv[2]);
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof(loads) / sizeof(*loads); i++)
		if (!strcmp(argv[1], loads[i].name) &&
		    argc == 4 + loads[i].args) {
			loads[i].run(argv + 4);
			return 0;
		}
	misused(usage);
}
