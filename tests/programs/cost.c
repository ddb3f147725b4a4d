/* SPDX-License-Identifier: MIT
 * One call, N times, on a TCP connection: what is counted when a call's cost
 * is.
 *
 *   cost CALL N
 *
 * Everything is made ready before the first of the N calls, so the difference
 * of two runs is the price of the calls alone. Every read finds a byte.
 */
#include "probe.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/uio.h>
#include <sys/wait.h>

static int listener, client, served, epoll_fd;
static struct sockaddr_in address;
static char bytes[65536];

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

	make_listener();
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
	return accept(listener, NULL, NULL);
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
};

static void run_call(const char *name, int times)
{
	unsigned which = 0;

	while (strcmp(calls[which].name, name))
		if (++which == sizeof(calls) / sizeof(*calls))
			give_up("no such call: %s", name);
	for (int i = 0; i < times; i++)
		if (calls[which].call() != calls[which].result)
			give_up("%s: %s", name, strerror(errno));
}

/* A child connects; this process accepts, and does nothing else. */
static void accept_many(int times)
{
	pid_t child;

	make_listener();
	child = fork();
	if (!child) {
		for (int i = 0; i < times; i++)
			dial();
		_exit(0);
	}
	for (int i = 0; i < times; i++)
		check(call_accept() >= 0, "accept");
	waitpid(child, NULL, 0);
}

int main(int argc, char **argv)
{
	const int times = argc == 3 ? atoi(argv[2]) : 0;

	if (argc != 3 || times > 32768)
		give_up("cost CALL N");
	if (!strcmp(argv[1], "accept")) {
		accept_many(times);
		return 0;
	}
	make_connection();
	for (int sent = 0; sent < 32768; sent += 4096)
		check(send(client, bytes, 4096, 0) == 4096, "send");
	run_call(argv[1], times);
	return 0;
}
