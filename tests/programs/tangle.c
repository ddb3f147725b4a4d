/* SPDX-License-Identifier: MIT
 * Threads, cancellations and signal handlers at one number, while the watch
 * task is at it too.
 *
 *   tangle close TURNS      one thread reads, one closes, a third opens anew
 *   tangle cancel TURNS     readers cancelled at rest and at any time
 *   tangle signals SECONDS  handlers that use sockets, in the midst of such use
 *
 * Run under a rule that ends accepted connections silent for 10 ms; clients are
 * of no rule. Prints "turns N wrong 0", or dies.
 */
#include "probe.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>

static struct sockaddr_in server;
static int listener;
static long turns, wrong;

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
	listener = socket(AF_INET, SOCK_STREAM, 0);
	check(!bind(listener, (struct sockaddr *)&server, len), "bind");
	check(!listen(listener, 512), "listen");
	getsockname(listener, (struct sockaddr *)&server, &len);
}

struct pair {
	int client, served;
};

static int call_server(void)
{
	const int fd = socket(AF_INET, SOCK_STREAM, 0);

	check(!connect(fd, (struct sockaddr *)&server, sizeof(server)),
	      "connect");
	return fd;
}

static struct pair make_pair(void)
{
	struct pair p = { .client = call_server() };

	p.served = accept(listener, NULL, NULL);
	check(p.served >= 0, "accept");
	return p;
}

/* No rule governs what was accepted past libc. */
static struct pair make_innocents(void)
{
	struct pair p = { .client = call_server() };

	p.served = (int)syscall(SYS_accept4, listener, NULL,
				NULL, 0);
	check(p.served >= 0, "accept");
	return p;
}

static void close_hard(int fd)
{
	const struct linger now = { 1, 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

static void *read_once(void *number)
{
	char byte;

	recv((int)(intptr_t)number, &byte, 1, 0);
	return NULL;
}

/* ---- close against recv against the watch task */

static void *close_it(void *number)
{
	close((int)(intptr_t)number);
	return NULL;
}

/* An innocent connection gets the number at once; nobody may end it. */
static void turn_of_close(long turn)
{
	struct pair p = make_pair(), other = make_innocents();
	pthread_t reader, closer;
	struct pollfd end;
	void *number = (void *)(intptr_t)p.served;

	check(!pthread_create(&reader, NULL, read_once, number), "thread");
	usleep((useconds_t)(9000 + turn * 131 % 2500));
	check(!pthread_create(&closer, NULL, close_it, number), "thread");
	/* The innocent one takes the number, before the close or after. */
	if (turn % 2)
		pthread_join(closer, NULL);
	check(dup2(other.client, p.served) == p.served, "dup2");
	if (turn % 2 == 0) {
		pthread_join(closer, NULL);
		check(dup2(other.client, p.served) == p.served, "dup2");
	}
	end = (struct pollfd){ .fd = other.served, .events = POLLIN };
	check(send(p.served, "x", 1, MSG_NOSIGNAL) == 1, "send");
	wrong += poll(&end, 1, 5000 * patience()) != 1;
	/* A reader that comes late reads the innocent one. */
	check(send(other.served, "y", 1, MSG_NOSIGNAL) == 1, "send");
	close_hard(p.client);
	check(!pthread_join(reader, NULL), "join");
	close(p.served);
	close_hard(other.client);
	close_hard(other.served);
}

/* ---- cancellation in a read that blocks */

static void *read_till_cancelled(void *number)
{
	char byte;
	int before;

	pthread_setcanceltype(((intptr_t)number & 1) ?
				      PTHREAD_CANCEL_ASYNCHRONOUS :
				      PTHREAD_CANCEL_DEFERRED,
			      &before);
	for (;;)
		read((int)((intptr_t)number >> 1), &byte, 1);
	return NULL;
}

static void turn_of_cancel(long turn)
{
	struct pair p = make_pair();
	pthread_t reader;
	void *how;

	check(!pthread_create(&reader, NULL, read_till_cancelled,
			      (void *)((intptr_t)p.served << 1 | turn % 2)),
	      "thread");
	usleep((useconds_t)(turn * 131 % 12000));
	check(!pthread_cancel(reader), "cancel");
	check(!pthread_join(reader, &how) && how == PTHREAD_CANCELED, "join");
	close_hard(p.served);
	close_hard(p.client);
}

/* ---- handlers that use sockets */

static volatile long handled;
static struct sockaddr_in refusing; /* bound, and nobody listens */

static void use_sockets(int signal)
{
	const int before = errno;
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct sockaddr_in name;
	socklen_t len = sizeof(name);
	char byte;

	(void)signal;
	if (fd >= 0) {
		connect(fd, (struct sockaddr *)&refusing, sizeof(refusing));
		getsockname(fd, (struct sockaddr *)&name, &len);
		recv(fd, &byte, 1, MSG_DONTWAIT);
		close_hard(fd);
	}
	handled++;
	errno = before;
}

static int accept_again(void)
{
	int fd;

	do
		fd = accept(listener, NULL, NULL);
	while (fd < 0 && (errno == EINTR || errno == ECONNABORTED));
	return fd;
}

static void run_signals(long seconds)
{
	const struct itimerval soon = { { 0, 300 }, { 0, 300 } };
	const int64_t end = microseconds_now() + seconds * INT64_C(1000000);
	const int closed = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(refusing);

	refusing = server;
	refusing.sin_port = 0;
	check(!bind(closed, (struct sockaddr *)&refusing, len), "bind");
	getsockname(closed, (struct sockaddr *)&refusing, &len);
	signal(SIGALRM, use_sockets);
	setitimer(ITIMER_REAL, &soon, NULL);
	while (microseconds_now() < end) {
		const int fd = socket(AF_INET, SOCK_STREAM, 0);
		int served;

		check(fd >= 0, "socket");
		if (connect(fd, (struct sockaddr *)&server, sizeof(server)))
			check(errno == EINTR || errno == EISCONN, "connect");
		served = accept_again();
		check(served >= 0, "accept");
		close_hard(served);
		close_hard(fd);
		turns++;
	}
	check(handled > 0, "no signal came");
}

static void run_turns(void (*turn)(long), long count)
{
	for (; turns < count; turns++)
		turn(turns);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		give_up("tangle close|cancel TURNS | tangle signals SECONDS");
	make_listener();
	if (!strcmp(argv[1], "close"))
		run_turns(turn_of_close, atol(argv[2]));
	else if (!strcmp(argv[1], "cancel"))
		run_turns(turn_of_cancel, atol(argv[2]));
	else
		run_signals(atol(argv[2]));
	printf("turns %ld wrong %ld\n", turns, wrong);
	return wrong != 0;
}
