/* SPDX-License-Identifier: MIT
 * Many connections in one process.
 *
 *   crowd memory N WAIT   what N connections add to its private dirty memory,
 *                         looked at WAIT ms later
 *   crowd idle N TIMEOUT  when each is ended, against when it should be (ms)
 *   crowd come N TIMEOUT  the same
 *   crowd churn N WAIT [TOGETHER]
 *                         N connections that come and are closed, one after
 *                         another or TOGETHER at a time; stays WAIT ms then
 *
 * `memory` prints "descriptors D bytes B": both ends are of this process.
 * `idle` sends one byte over each, 2 ms apart, and prints how late after the
 * deadline the end of file came, in microseconds; early ones are negative.
 * `come` sends nothing: the connections are made 1 ms apart. `churn` prints what
 * all of them but the first hundred left behind: "descriptors D bytes B".
 */
#include "probe.h"

#include <sys/epoll.h>
#include <sys/resource.h>

#define CROWD 65536

static int clients[CROWD], served[CROWD];
static int64_t sent_at[CROWD], lateness[CROWD];
static int listener = -1, epoll_fd;
static struct sockaddr_in address;

static void check(int ok, const char *what)
{
	if (!ok)
		give_up("%s: %s", what, strerror(errno));
}

static void raise_limit(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* A port of 127.0.0.1 serves some 28000 clients: take one more in time. */
static void make_listener(void)
{
	socklen_t len = sizeof(address);

	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = 0;
	listener = socket(AF_INET, SOCK_STREAM, 0);
	check(!bind(listener, (struct sockaddr *)&address, len), "bind");
	check(!listen(listener, 128), "listen");
	getsockname(listener, (struct sockaddr *)&address, &len);
}

static void make_connection(int i)
{
	if (i % 20000 == 0)
		make_listener();
	clients[i] = socket(AF_INET, SOCK_STREAM, 0);
	check(clients[i] >= 0, "socket");
	check(!connect(clients[i], (struct sockaddr *)&address,
		       sizeof(address)),
	      "connect");
	served[i] = accept(listener, NULL, NULL);
	check(served[i] >= 0, "accept");
}

/* ---- memory */

/* Mappings without a name: not the journal, a ring in a file, whose size does
 * not depend on how many there are. */
static long private_dirty(void)
{
	char line[512];
	long all = 0, kilobytes;
	unsigned long inode = 0;
	FILE *maps = fopen("/proc/self/smaps", "r");

	check(maps != NULL, "smaps");
	while (fgets(line, sizeof(line), maps)) {
		sscanf(line, "%*x-%*x %*s %*x %*s %lu", &inode);
		if (!inode && sscanf(line, "Private_Dirty: %ld", &kilobytes) == 1)
			all += kilobytes;
	}
	fclose(maps);
	return all * 1024;
}

static void memory(int n, int wait_ms)
{
	long before, after;

	memset(clients, 1, sizeof(clients));
	memset(served, 1, sizeof(served));
	make_connection(0);
	private_dirty();
	before = private_dirty();
	for (int i = 1; i < n; i++)
		make_connection(i);
	usleep((useconds_t)wait_ms * 1000);
	after = private_dirty();
	printf("descriptors %d bytes %ld\n", 2 * (n - 1), after - before);
}

/* ---- churn */

static int open_descriptors(void)
{
	const int next = dup(0);

	check(next >= 0, "dup");
	close(next);
	return next;
}

/* With a reset: no port of the host is left in TIME_WAIT. */
static void come_and_go(int together)
{
	const struct linger none = { 1, 0 };

	for (int i = 0; i < together; i++)
		make_connection(i + 1);
	for (int i = 0; i < together; i++) {
		setsockopt(clients[i + 1], SOL_SOCKET, SO_LINGER, &none,
			   sizeof(none));
		close(clients[i + 1]);
		close(served[i + 1]);
	}
}

static void churn(int n, int wait_ms, int together)
{
	long before;
	int descriptors;

	make_listener();
	for (int i = 0; i < 100; i++)
		come_and_go(together == 1);
	private_dirty();
	before = private_dirty();
	descriptors = open_descriptors();
	for (int i = 0; i < n; i += together)
		come_and_go(together);
	printf("descriptors %d bytes %ld\n", open_descriptors() - descriptors,
	       private_dirty() - before);
	fflush(stdout);
	usleep((useconds_t)wait_ms * 1000);
}

/* ---- idle */

static void take_ends(int n, int wait_ms, int64_t timeout)
{
	struct epoll_event ready[64];
	const int count = epoll_wait(epoll_fd, ready, 64, wait_ms);
	const int64_t now = microseconds_now();

	for (int i = 0; i < count; i++) {
		const uint32_t who = ready[i].data.u32;
		char bytes[8];

		check(who < (uint32_t)n, "epoll_wait");
		if (recv(served[who], bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
			continue;
		lateness[who] = now - sent_at[who] - timeout;
		close(served[who]);
		served[who] = -1;
	}
}

static int left(int n)
{
	int open = 0;

	for (int i = 0; i < n; i++)
		open += served[i] >= 0;
	return open;
}

static int compare(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* A new connection is as silent as if it had just received something. */
static void meet(int i)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u32 = (uint32_t)i };

	sent_at[i] = microseconds_now();
	make_connection(i);
	check(!epoll_ctl(epoll_fd, EPOLL_CTL_ADD, served[i], &e), "epoll_ctl");
}

static void touch(int i)
{
	sent_at[i] = microseconds_now();
	check(send(clients[i], "x", 1, 0) == 1, "send");
}

static void to_each(int n, void (*act)(int), int64_t apart, int64_t timeout)
{
	for (int i = 0; i < n; i++) {
		const int64_t next = microseconds_now() + apart;

		act(i);
		while (microseconds_now() < next)
			take_ends(n, 1, timeout);
	}
}

static void take_all_ends(int n, int64_t timeout)
{
	const int64_t give_up_at = microseconds_now() + timeout * 3 +
				   INT64_C(20000000) * patience();

	while (left(n) && microseconds_now() < give_up_at)
		take_ends(n, 100, timeout);
	check(!left(n), "some never ended");
	qsort(lateness, (size_t)n, sizeof(*lateness), compare);
	printf("min %lld p50 %lld p99 %lld max %lld\n", (long long)lateness[0],
	       (long long)lateness[n / 2], (long long)lateness[n * 99 / 100],
	       (long long)lateness[n - 1]);
}

static void idle(int n, int64_t timeout)
{
	to_each(n, meet, 0, timeout);
	to_each(n, touch, 2000, timeout);
	take_all_ends(n, timeout);
}

static void come(int n, int64_t timeout)
{
	to_each(n, meet, 1000, timeout);
	take_all_ends(n, timeout);
}

int main(int argc, char **argv)
{
	const int n = argc > 2 ? atoi(argv[2]) : 0;

	if (argc < 4 || argc > 5 || n < 2 || n > CROWD)
		give_up("crowd memory|churn N WAIT | crowd idle|come N TIMEOUT");
	raise_limit();
	epoll_fd = epoll_create1(0);
	if (!strcmp(argv[1], "memory"))
		memory(n, atoi(argv[3]));
	else if (!strcmp(argv[1], "churn"))
		churn(n, atoi(argv[3]), argc > 4 ? atoi(argv[4]) : 1);
	else if (!strcmp(argv[1], "come"))
		come(n, atoi(argv[3]) * INT64_C(1000));
	else
		idle(n, atoi(argv[3]) * INT64_C(1000));
	return 0;
}
