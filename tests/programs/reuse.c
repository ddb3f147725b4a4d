/* SPDX-License-Identifier: MIT
 * Numbers that mean another file by now: a connection is read to its end, its
 * descriptor is closed in a way that no interposer sees or in one that it does,
 * and another file gets the number.
 *
 *   reuse ends    each way of closing, each new file, each reading call: what
 *                 a read of the new file returns, at its end or with no data
 *   reuse errors ADDRESS:PORT
 *                 the new file is a socket whose connection to that address is
 *                 refused by a router's word: the read's errno, and SO_ERROR
 *   reuse again ADDRESS ADDRESS
 *                 one socket, connected to the first in every way that fails
 *                 or is undone, then to the second: does that one end?
 */
#include "probe.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/uio.h>

static struct sockaddr_in server;
static int listener;

static void check(int ok, const char *what)
{
	if (!ok)
		give_up("%s: %s", what, strerror(errno));
}

static void listen_somewhere(void)
{
	socklen_t len = sizeof(server);

	server.sin_family = AF_INET;
	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	check(!bind(listener, (struct sockaddr *)&server, len), "bind");
	check(!listen(listener, 100), "listen");
	getsockname(listener, (struct sockaddr *)&server, &len);
}

/* ---- reading calls */

static char bytes[64];
static struct iovec room = { bytes, sizeof(bytes) };

static ssize_t by_read(int fd)
{
	return read(fd, bytes, sizeof(bytes));
}

static ssize_t by_readv(int fd)
{
	return readv(fd, &room, 1);
}

static ssize_t by_recv(int fd)
{
	return recv(fd, bytes, sizeof(bytes), 0);
}

static ssize_t by_recvfrom(int fd)
{
	return recvfrom(fd, bytes, sizeof(bytes), 0, NULL, NULL);
}

static ssize_t by_recvmsg(int fd)
{
	struct msghdr head = { .msg_iov = &room, .msg_iovlen = 1 };

	return recvmsg(fd, &head, 0);
}

static ssize_t by_recvmmsg(int fd)
{
	struct mmsghdr one = { .msg_hdr = { .msg_iov = &room,
					    .msg_iovlen = 1 } };
	const int got = recvmmsg(fd, &one, 1, 0, NULL);

	return got == 1 ? (ssize_t)one.msg_len : got;
}

static const struct {
	const char *name;
	ssize_t (*call)(int fd);
} readers[] = {
	{ "read", by_read },	   { "readv", by_readv },
	{ "recv", by_recv },	   { "recvfrom", by_recvfrom },
	{ "recvmsg", by_recvmsg }, { "recvmmsg", by_recvmmsg },
};
#define READERS (sizeof(readers) / sizeof(*readers))

/* ---- a connection whose end was read often */

static int connection_at_its_end(void)
{
	int client = socket(AF_INET, SOCK_STREAM, 0), served;

	check(!connect(client, (struct sockaddr *)&server, sizeof(server)),
	      "connect");
	check(dup2(client, 200) == 200, "dup2");
	close(client);
	/* The lowest free number: the next file's, once it is closed. */
	served = accept(listener, NULL, NULL);
	check(served >= 0, "accept");
	close(200);
	for (int i = 0; i < 10; i++)
		recv(served, bytes, sizeof(bytes), 0);
	return served;
}

/* ---- closing it */

static void close_raw(int fd)
{
	check(!syscall(SYS_close, fd), "SYS_close");
}

static void close_raw_range(int fd)
{
	check(!syscall(SYS_close_range, fd, fd, 0), "SYS_close_range");
}

static void close_stream(int fd)
{
	fclose(fdopen(fd, "r+"));
}

static void close_plainly(int fd)
{
	check(!close(fd), "close");
}

static const struct {
	const char *name;
	void (*call)(int fd);
} closers[] = {
	{ "SYS_close", close_raw },
	{ "SYS_close_range", close_raw_range },
	{ "fclose", close_stream },
	{ "close", close_plainly },
};
#define CLOSERS (sizeof(closers) / sizeof(*closers))

/* ---- the file that gets the number; the lowest is free */

static int new_file(void)
{
	return open("/dev/null", O_RDONLY);
}

static int new_pipe(void)
{
	int ends[2];

	check(!pipe(ends), "pipe");
	syscall(SYS_close, ends[1]);
	return ends[0];
}

static int new_eventfd(void)
{
	return eventfd(0, EFD_NONBLOCK);
}

/* With a datagram of no bytes. Made past the interposers, like a library that
 * has its own system calls. */
static int new_udp(void)
{
	struct sockaddr_in own = { .sin_family = AF_INET };
	socklen_t len = sizeof(own);
	int fd = (int)syscall(SYS_socket, AF_INET,
			      SOCK_DGRAM | SOCK_NONBLOCK, 0);

	own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	check(!syscall(SYS_bind, fd, &own, sizeof(own)), "bind");
	getsockname(fd, (struct sockaddr *)&own, &len);
	sendto(fd, "", 0, 0, (struct sockaddr *)&own, len);
	return fd;
}

/* Another connection, ended by its peer. */
static int new_tcp(void)
{
	int client = (int)syscall(SYS_socket, AF_INET, SOCK_STREAM, 0), served;

	dup2(client, 200);
	syscall(SYS_close, client);
	check(!syscall(SYS_connect, 200, &server, sizeof(server)), "connect");
	served = (int)syscall(SYS_accept, listener, NULL, NULL);
	syscall(SYS_close, 200);
	return served;
}

static int new_pair(void)
{
	int ends[2];

	check(!syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, ends), "pair");
	syscall(SYS_close, ends[1]);
	return ends[0];
}

static const struct {
	const char *name;
	int (*call)(void);
} files[] = {
	{ "/dev/null", new_file }, { "pipe", new_pipe },
	{ "eventfd", new_eventfd }, { "udp", new_udp },
	{ "tcp", new_tcp },	   { "pair", new_pair },
};
#define FILES (sizeof(files) / sizeof(*files))

static void one_reuse(size_t closer, size_t file, size_t reader)
{
	const int was = connection_at_its_end();
	int now;

	closers[closer].call(was);
	now = files[file].call();
	check(now == was, "the number is used again");
	say(CALL(readers[reader].call(now)), "%s, %s: %s",
	    closers[closer].name, files[file].name, readers[reader].name);
	syscall(SYS_close, now);
}

static void reopened(size_t reader)
{
	const int was = connection_at_its_end();
	FILE *stream = freopen("/dev/null", "r", fdopen(was, "r"));

	check(stream && fileno(stream) == was, "freopen");
	say(CALL(readers[reader].call(was)), "freopen: %s",
	    readers[reader].name);
	fclose(stream);
}

static void copied_over(size_t reader)
{
	const int was = connection_at_its_end();
	const int null = open("/dev/null", O_RDONLY);

	check(syscall(SYS_dup3, null, was, 0) == was, "SYS_dup3");
	say(CALL(readers[reader].call(was)), "SYS_dup3: %s",
	    readers[reader].name);
	syscall(SYS_close, was);
	syscall(SYS_close, null);
}

static int ends(void)
{
	listen_somewhere();
	for (size_t reader = 0; reader < READERS; reader++) {
		for (size_t closer = 0; closer < CLOSERS; closer++)
			for (size_t file = 0; file < FILES; file++)
				one_reuse(closer, file, reader);
		reopened(reader);
		copied_over(reader);
	}
	return 0;
}

/* ---- an error of another socket */

static struct sockaddr_in at(const char *text)
{
	return address_of(text).at.v4;
}

/* A socket on the number of a connection, not yet told that it is refused. */
static int refused_socket(size_t closer, const struct sockaddr_in *unreachable)
{
	const int was = connection_at_its_end();
	int now;

	closers[closer].call(was);
	now = (int)syscall(SYS_socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	check(now == was, "the number is used again");
	syscall(SYS_connect, now, unreachable, sizeof(*unreachable));
	return now;
}

/* The router's word about a first SYN is only noted (tcp(7), IP_RECVERR); the
 * one about the next, a second later, ends the connection. */
static void say_error(int fd, size_t closer, size_t reader)
{
	struct outcome o = { 0 };
	int error = 0;
	socklen_t len = sizeof(error);

	for (int tries = 200 * patience(); tries; tries--) {
		o = CALL(readers[reader].call(fd));
		if (o.result >= 0 || o.error != EAGAIN)
			break;
		poll(NULL, 0, 50);
	}
	say(o, "%s, %s", closers[closer].name, readers[reader].name);
	check(!getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len), "SO_ERROR");
	printf("SO_ERROR %d\n", error);
}

static int errors(const char *to)
{
	const struct sockaddr_in unreachable = at(to);
	int fds[READERS][CLOSERS];

	listen_somewhere();
	for (size_t reader = 0; reader < READERS; reader++)
		for (size_t closer = 0; closer < CLOSERS; closer++)
			fds[reader][closer] =
				refused_socket(closer, &unreachable);
	for (size_t reader = 0; reader < READERS; reader++)
		for (size_t closer = 0; closer < CLOSERS; closer++)
			say_error(fds[reader][closer], closer, reader);
	return 0;
}

/* ---- one socket, connected twice */

static int to(int fd, const struct sockaddr_in *peer)
{
	return connect(fd, (const struct sockaddr *)peer, sizeof(*peer));
}

static void dissolve(int fd)
{
	const struct sockaddr none = { .sa_family = AF_UNSPEC };

	check(!connect(fd, &none, sizeof(none)), "AF_UNSPEC");
}

static void after_unspec(int fd, struct sockaddr_in first)
{
	check(!to(fd, &first), "connect");
	dissolve(fd);
}

/* Nothing listens there. */
static void after_refusal(int fd, struct sockaddr_in first)
{
	first.sin_port = htons(1);
	check(to(fd, &first) && errno == ECONNREFUSED, "a refusal");
}

static void after_late_refusal(int fd, struct sockaddr_in first)
{
	struct pollfd wait = { .fd = fd, .events = POLLOUT };
	int error = 0;
	socklen_t len = sizeof(error);

	first.sin_port = htons(1);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	check(to(fd, &first), "a refusal");
	poll(&wait, 1, 10000 * patience());
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
	fcntl(fd, F_SETFL, 0);
}

/* Nothing answers there: port 2 drops what it gets. */
static void after_no_answer(int fd, struct sockaddr_in first)
{
	const struct timeval soon = { 0, 100000 }, never = { 0, 0 };

	first.sin_port = htons(2);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &soon, sizeof(soon));
	check(to(fd, &first) && errno == EINPROGRESS, "no answer");
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &never, sizeof(never));
	dissolve(fd);
}

static const struct {
	const char *name;
	void (*call)(int fd, struct sockaddr_in first);
} firsts[] = {
	{ "connected, dissolved", after_unspec },
	{ "refused", after_refusal },
	{ "refused later", after_late_refusal },
	{ "not answered, dissolved", after_no_answer },
};
#define FIRSTS (sizeof(firsts) / sizeof(*firsts))

static int again(const char *one, const char *two)
{
	const struct sockaddr_in second = at(two);
	struct pollfd wait[FIRSTS];

	for (size_t i = 0; i < FIRSTS; i++) {
		wait[i].fd = socket(AF_INET, SOCK_STREAM, 0);
		wait[i].events = POLLIN;
		firsts[i].call(wait[i].fd, at(one));
		/* The first one's failure may still have to be told. */
		check(!to(wait[i].fd, &second) || !to(wait[i].fd, &second),
		      "the second connect");
	}
	/* The first to end, or none for so long. */
	poll(wait, FIRSTS, 2000);
	poll(NULL, 0, 300);
	poll(wait, FIRSTS, 0);
	for (size_t i = 0; i < FIRSTS; i++)
		printf("%s: %s\n", firsts[i].name,
		       wait[i].revents ? "ended" : "goes on");
	return 0;
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 2 && !strcmp(argv[1], "ends"))
		return ends();
	if (argc == 3 && !strcmp(argv[1], "errors"))
		return errors(argv[2]);
	if (argc == 4 && !strcmp(argv[1], "again"))
		return again(argv[2], argv[3]);
	give_up("reuse ends | errors ADDRESS | again ADDRESS ADDRESS");
}
