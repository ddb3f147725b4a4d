/* SPDX-License-Identifier: MIT
 * One call, N times, on a TCP connection: what is counted when a call's cost
 * is.
 *
 *   cost CALL N [OPEN]
 *
 * Everything is made ready before the first of the N calls, so the difference
 * of two runs is the price of the calls alone; so is what callgrind collects
 * inside of the_calls. Every read finds a byte. OPEN connections more, both
 * ends of them, are open all the while.
 */
#include "probe.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>

static int listener, client, served, epoll_fd;
static struct sockaddr_in address;
static char bytes[65536];
static int to_close[32768], closed;

static void check(int ok, const char *what)
{
	if (!ok)
		give_up("%s: %s", what, strerror(errno));
}

static void make_listener(void)
{
	socklen_t len = sizeof(address);

	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = 0;
	listener = socket(AF_INET, SOCK_STREAM, 0);
	check(!bind(listener, (struct sockaddr *)&address, len), "bind");
	check(!listen(listener, 4096), "listen");
	getsockname(listener, (struct sockaddr *)&address, &len);
}

static int dial(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	check(!connect(fd, (struct sockaddr *)&address, sizeof(address)),
	      "connect");
	return fd;
}

static void make_connection(void)
{
	struct epoll_event e = { .events = EPOLLIN };

	client = dial();
	served = accept(listener, NULL, NULL);
	check(served >= 0, "accept");
	epoll_fd = epoll_create1(0);
	epoll_ctl(epoll_fd, EPOLL_CTL_ADD, served, &e);
}

static long call_read(void)
{
	return read(served, bytes, 1);
}

static long call_recv(void)
{
	return recv(served, bytes, 1, 0);
}

static long call_recvfrom(void)
{
	return recvfrom(served, bytes, 1, 0, NULL, NULL);
}

static struct iovec part = { .iov_base = bytes, .iov_len = 1 };

static long call_readv(void)
{
	return readv(served, &part, 1);
}

static long call_recvmsg(void)
{
	static struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	return recvmsg(served, &message, 0);
}

static long call_recvmmsg(void)
{
	static struct mmsghdr message = {
		.msg_hdr = { .msg_iov = &part, .msg_iovlen = 1 }
	};

	return recvmmsg(served, &message, 1, 0, NULL);
}

static long call_send(void)
{
	return send(client, bytes, 1, 0);
}

static long call_write(void)
{
	return write(client, bytes, 1);
}

static long call_poll(void)
{
	struct pollfd p = { .fd = client, .events = POLLOUT };

	return poll(&p, 1, 0);
}

static long call_epoll_wait(void)
{
	struct epoll_event e;

	return epoll_wait(epoll_fd, &e, 1, 0);
}

static long call_accept(void)
{
	return accept(listener, NULL, NULL) >= 0;
}

static long call_connect(void)
{
	return dial() >= 0;
}

static long call_listen(void)
{
	make_listener();
	return 0;
}

static long call_close(void)
{
	return close(to_close[closed++]);
}

static const struct {
	const char *name;
	long (*call)(void);
	long result;
} calls[] = {
	{ "read", call_read, 1 },	    { "recv", call_recv, 1 },
	{ "recvfrom", call_recvfrom, 1 },   { "readv", call_readv, 1 },
	{ "recvmsg", call_recvmsg, 1 },	    { "recvmmsg", call_recvmmsg, 1 },
	{ "send", call_send, 1 },	    { "write", call_write, 1 },
	{ "poll", call_poll, 1 },	    { "epoll_wait", call_epoll_wait, 1 },
	{ "accept", call_accept, 1 },	    { "connect", call_connect, 1 },
	{ "listen", call_listen, 0 },	    { "close", call_close, 0 },
};

static unsigned find_call(const char *name)
{
	unsigned which = 0;

	while (strcmp(calls[which].name, name))
		if (++which == sizeof(calls) / sizeof(*calls))
			give_up("no such call: %s", name);
	return which;
}

__attribute__((noinline)) static void the_calls(unsigned which, int times)
{
	for (int i = 0; i < times; i++)
		if (calls[which].call() != calls[which].result)
			give_up("%s: %s", calls[which].name, strerror(errno));
}

static void open_one(int *end)
{
	dial();
	*end = accept(listener, NULL, NULL);
	check(*end >= 0, "accept");
}

static void open_others(int count)
{
	struct rlimit limit;
	int end;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	for (int i = 0; i < count; i++)
		open_one(&end);
}

/* A child does the other end's part; this process calls, and does nothing
 * else. */
static void with_child(void (*other)(unsigned, int), unsigned its,
		       unsigned which, int times)
{
	const pid_t child = fork();

	if (!child) {
		other(its, times);
		_exit(0);
	}
	the_calls(which, times);
	waitpid(child, NULL, 0);
}

/* Not the_calls: what a child does is not what is counted. */
static void do_calls(unsigned which, int times)
{
	for (int i = 0; i < times; i++)
		check(calls[which].call() == calls[which].result, "child");
}

static void on_connection(unsigned which, int times)
{
	make_connection();
	for (int sent = 0; sent < 32768; sent += 4096)
		check(send(client, bytes, 4096, 0) == 4096, "send");
	the_calls(which, times);
}

static void on_many(unsigned which, int times)
{
	for (int i = 0; i < times; i++)
		open_one(&to_close[i]);
	the_calls(which, times);
}

int main(int argc, char **argv)
{
	const int times = argc > 2 ? atoi(argv[2]) : 0;
	unsigned which;

	if (argc < 3 || argc > 4 || times > 32768)
		give_up("cost CALL N [OPEN]");
	which = find_call(argv[1]);
	make_listener();
	open_others(argc > 3 ? atoi(argv[3]) : 0);
	if (calls[which].call == call_accept)
		with_child(do_calls, find_call("connect"), which, times);
	else if (calls[which].call == call_connect)
		with_child(do_calls, find_call("accept"), which, times);
	else if (calls[which].call == call_listen)
		the_calls(which, times);
	else if (calls[which].call == call_close)
		on_many(which, times);
	else
		on_connection(which, times);
	return 0;
}
