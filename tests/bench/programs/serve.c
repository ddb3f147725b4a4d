/* SPDX-License-Identifier: MIT
 * A server to put a load on.
 *
 *   serve close PORT [OPEN]  accepts, reads a request, answers with 64 bytes,
 *                            closes, one after the other: a server of 2005
 *   serve hold PORT [OPEN]   accepts all and throws away what comes
 *   serve echo PORT [OPEN]   accepts all and sends back what comes
 *
 * "ready" is printed once it listens, on every address of IPv4; "held" once it
 * has accepted OPEN connections, which `close` keeps and leaves alone. It runs
 * until it is ended.
 */
#include "bench.h"

#include <sys/epoll.h>

#define DESCRIPTORS (1 << 20) /* as many as Linux lets a process have */

static const char usage[] = "serve close|hold|echo PORT [OPEN]\n";

static int listener, epoll_fd;
static long accepted, to_hold = -1;

static void held_all(void)
{
	if (accepted == to_hold)
		announce("held");
}

/* A client may be gone before its turn comes. */
static int is_passing(int error)
{
	return error == EINTR || error == ECONNABORTED;
}

/* ---- close */

static int take(void)
{
	int fd;

	do
		fd = accept(listener, NULL, NULL);
	while (fd < 0 && is_passing(errno));
	check(fd >= 0, "accept");
	return fd;
}

/* A client that leaves early is not an error of ours. */
static void answer(int fd)
{
	static const char reply[64] = "HTTP/1.0 200 OK\r\n\r\n";
	char request[512];

	if (recv(fd, request, sizeof(request), 0) > 0)
		send(fd, reply, sizeof(reply), 0);
	close(fd);
}

static void serve_one_by_one(void)
{
	for (; accepted < to_hold; accepted++)
		take();
	held_all();
	for (;;)
		answer(take());
}

/* ---- hold, echo */

static void watch(int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	check(!epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &e), "epoll_ctl");
}

/* As many as wait, but not for so long that those who talk do. */
static void accept_some(void)
{
	for (int i = 0; i < 64; i++) {
		const int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);

		if (fd < 0 && (errno == EAGAIN || is_passing(errno)))
			return;
		check(fd >= 0, "accept4");
		watch(fd);
		accepted++;
		held_all();
	}
}

static int throw_away(int fd, const char *bytes, ssize_t n)
{
	(void)fd, (void)bytes, (void)n;
	return 1;
}

/* Who plays ping-pong has never more on the way than the kernel takes. */
static int send_back(int fd, const char *bytes, ssize_t n)
{
	return send(fd, bytes, (size_t)n, 0) == n;
}

typedef int (*use)(int fd, const char *bytes, ssize_t n);

static void read_some(int fd, use use_it)
{
	char bytes[4096];
	const ssize_t n = recv(fd, bytes, sizeof(bytes), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || !use_it(fd, bytes, n))
		close(fd);
}

static void serve_what_is_ready(use use_it)
{
	struct epoll_event ready[256];
	const int count = epoll_wait(epoll_fd, ready, 256, -1);

	check(count >= 0 || errno == EINTR, "epoll_wait");
	for (int i = 0; i < count; i++) {
		if (ready[i].data.fd == listener)
			accept_some();
		else
			read_some(ready[i].data.fd, use_it);
	}
}

static void serve_all_at_once(use use_it)
{
	epoll_fd = epoll_create1(0);
	check(epoll_fd >= 0, "epoll_create1");
	watch(listener);
	held_all();
	for (;;)
		serve_what_is_ready(use_it);
}

/* ---- */

static use use_named(const char *name)
{
	if (!strcmp(name, "close"))
		return NULL;
	if (!strcmp(name, "hold"))
		return throw_away;
	if (!strcmp(name, "echo"))
		return send_back;
	misused(usage);
}

int main(int argc, char **argv)
{
	struct sockaddr_in address;
	use use_it;

	if (argc != 3 && argc != 4)
		misused(usage);
	use_it = use_named(argv[1]);
	address = ipv4(INADDR_ANY, number(argv[2], 1, 65535, usage));
	if (argc == 4)
		to_hold = number(argv[3], 0, DESCRIPTORS, usage);
	signal(SIGPIPE, SIG_IGN);
	descriptors_up_to(DESCRIPTORS);
	listener = listen_at(&address, use_it ? SOCK_NONBLOCK : 0);
	announce("ready");
	if (use_it)
		serve_all_at_once(use_it);
	serve_one_by_one();
}
