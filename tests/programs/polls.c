/* SPDX-License-Identifier: MIT
 * What a program that waits for its connection is told at a reset.
 *
 *   polls peer|rule accept|connect HOW
 *
 * peer: its peer resets the connection. rule: a rule does. Every HOW waits in
 * another way and prints what it was told, then what reads and writes answer:
 * poll poll-all poll-none select epoll epoll-edge epoll-oneshot recv write
 * so-error
 */
#include "probe.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>

static int fd, other, patient;

static void check(int ok, const char *what)
{
	if (!ok)
		give_up("%s: %s", what, strerror(errno));
}

static void connection(int accepts)
{
	struct sockaddr_in server = { .sin_family = AF_INET };
	socklen_t len = sizeof(server);
	int listener = socket(AF_INET, SOCK_STREAM, 0), ends[2];

	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	check(!bind(listener, (struct sockaddr *)&server, len), "bind");
	check(!listen(listener, 10), "listen");
	getsockname(listener, (struct sockaddr *)&server, &len);
	ends[0] = socket(AF_INET, SOCK_STREAM, 0);
	check(!connect(ends[0], (struct sockaddr *)&server, len), "connect");
	ends[1] = accept(listener, NULL, NULL);
	fd = ends[accepts];
	other = ends[!accepts];
}

static void *reset_later(void *nothing)
{
	const struct linger now = { 1, 0 };

	(void)nothing;
	poll(NULL, 0, 400);
	setsockopt(other, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(other);
	return NULL;
}

/* A reset of ours takes two calls, so a waiter may be told in two parts: ask
 * again a little later, as a loop would. */
static void settle(void)
{
	poll(NULL, 0, 100);
}

static void show_poll(short events)
{
	struct pollfd wait = { .fd = fd, .events = events };

	poll(&wait, 1, patient);
	settle();
	poll(&wait, 1, 0);
	printf("revents %#x\n", (unsigned)wait.revents);
}

static void show_select(void)
{
	fd_set in, out, except;
	struct timeval time = { patient / 1000, 0 };

	for (int i = 0; i < 2; i++) {
		FD_ZERO(&in);
		FD_ZERO(&out);
		FD_ZERO(&except);
		FD_SET(fd, &in);
		if (i)
			FD_SET(fd, &out);
		FD_SET(fd, &except);
		select(fd + 1, &in, &out, &except, &time);
		settle();
		time.tv_sec = 0;
	}
	printf("in %d out %d except %d\n", !!FD_ISSET(fd, &in),
	       !!FD_ISSET(fd, &out), !!FD_ISSET(fd, &except));
}

static void show_epoll(uint32_t flags)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP | flags };
	const int epoll = epoll_create1(0);
	uint32_t told = 0;
	int more;

	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
	if (epoll_wait(epoll, &event, 1, patient) == 1)
		told = event.events;
	settle();
	/* One that is armed again is told all there is. */
	if (flags & EPOLLONESHOT) {
		event.events = EPOLLIN | EPOLLRDHUP | flags;
		epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event);
	}
	if (epoll_wait(epoll, &event, 1, 0) == 1)
		told |= event.events;
	more = epoll_wait(epoll, &event, 1, 0);
	printf("events %#x, then %d more\n", told, more);
	close(epoll);
}

static void say_read(void)
{
	char byte;

	say(CALL(recv(fd, &byte, 1, 0)), "recv");
}

static void say_write(void)
{
	say(CALL(send(fd, "x", 1, MSG_NOSIGNAL)), "send");
}

static void say_error(void)
{
	int error = 0;
	socklen_t len = sizeof(error);

	getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
	printf("SO_ERROR %d\n", error);
}

static void in_order(const char *how)
{
	struct pollfd wait = { .fd = fd };

	if (!strcmp(how, "poll"))
		show_poll(POLLIN);
	else if (!strcmp(how, "poll-all"))
		show_poll(POLLIN | POLLOUT | POLLRDHUP | POLLPRI);
	else if (!strcmp(how, "poll-none"))
		show_poll(0);
	else if (!strcmp(how, "select"))
		show_select();
	else if (!strcmp(how, "epoll"))
		show_epoll(0);
	else if (!strcmp(how, "epoll-edge"))
		show_epoll(EPOLLET);
	else if (!strcmp(how, "epoll-oneshot"))
		show_epoll(EPOLLONESHOT);
	else if (strcmp(how, "recv"))
		poll(&wait, 1, patient);
	settle();
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc != 4)
		give_up("polls peer|rule accept|connect HOW");
	patient = 20000 * patience();
	connection(!strcmp(argv[2], "accept"));
	if (!strcmp(argv[1], "peer"))
		check(!pthread_create(&thread, NULL, reset_later, NULL),
		      "pthread_create");
	in_order(argv[3]);
	if (!strcmp(argv[3], "so-error"))
		say_error();
	if (!strcmp(argv[3], "write")) {
		say_write();
		say_write();
	}
	say_read();
	say_read();
	say_write();
	show_poll(POLLIN | POLLOUT);
	return 0;
}
