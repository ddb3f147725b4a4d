/* SPDX-License-Identifier: MIT
 * Ops: waiting, without waiting.
 */
#include "differ.h"

#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>

void op_poll(struct dice *d)
{
	const short events = POLLIN | POLLOUT | POLLPRI | POLLRDHUP;
	struct pollfd fds[4];
	const unsigned count = 1 + roll(d, COUNT(fds));
	struct place p;

	for (unsigned i = 0; i < count; i++)
		fds[i] = (struct pollfd){ pick(d, ANY, ANY), events, 0x55 };
	p = place_copy(d, fds, sizeof *fds * count);
	tell("poll(%s %u)", p.how, count);
	tell_result(TRY(poll(p.at, count, 0)));
	for (unsigned i = 0; i < p.size / sizeof *fds; i++) {
		memcpy(fds, (struct pollfd *)p.at + i, sizeof *fds);
		tell(" %d:%#x", fds->fd, (unsigned)fds->revents);
	}
	tell("\n");
}

static void tell_set(const char *what, const fd_set *set)
{
	tell(" %s", what);
	for (int fd = 0; fd < 64; fd++)
		if (FD_ISSET(fd, set))
			tell(" %d", fd);
}

void op_select(struct dice *d)
{
	struct timeval now = { 0, 0 };
	fd_set in, out;
	const int count = chance(d, 5) ? -1 : 64;

	FD_ZERO(&in);
	FD_ZERO(&out);
	for (unsigned i = roll(d, 5); i-- > 0;) {
		const int fd = pick(d, ANY, ANY);

		if (fd < 0 || fd >= 64)
			continue;
		FD_SET(fd, chance(d, 50) ? &in : &out);
	}
	tell("select(%d)", count);
	tell_result(TRY(select(count, &in, &out, NULL, &now)));
	tell_set("in", &in);
	tell_set("out", &out);
	tell("\n");
}

void op_epoll_create(struct dice *d)
{
	const int flags = chance(d, 90) ? 0 : 7;
	const long fd = TRY(epoll_create1(flags));

	tell("epoll_create1(%d)", flags);
	tell_result(fd);
	tell("\n");
	if (fd >= 0)
		things_learn((int)fd);
}

void op_epoll_ctl(struct dice *d)
{
	static const int whats[] = { EPOLL_CTL_ADD, EPOLL_CTL_ADD,
				     EPOLL_CTL_MOD, EPOLL_CTL_DEL, 9 };
	const int epoll = pick(d, EPOLL, ANY), fd = pick(d, SOCKETS, ANY);
	const int what = ONE_OF(d, whats);
	struct epoll_event e = { .events = EPOLLIN | EPOLLRDHUP };
	struct place p;

	if (chance(d, 30))
		e.events |= EPOLLET | EPOLLOUT;
	e.data.fd = fd;
	p = place_copy(d, &e, sizeof e);
	tell("epoll_ctl(%d, %d, %d, %s %#x)", epoll, what, fd, p.how,
	     e.events);
	tell_result(TRY(epoll_ctl(epoll, what, fd, p.at)));
	tell("\n");
}

void op_epoll_wait(struct dice *d)
{
	struct epoll_event events[8];
	const int epoll = pick(d, EPOLL, ANY);
	const struct place p = place(d, sizeof events);
	const long count = TRY(epoll_wait(epoll, p.at, COUNT(events), 0));

	tell("epoll_wait(%d, %s)", epoll, p.how);
	tell_result(count);
	for (long i = 0; i < count && p.size == sizeof events; i++) {
		memcpy(events, (char *)p.at + i * (long)sizeof *events,
		       sizeof *events);
		tell(" %d:%#x", events->data.fd, events->events);
	}
	tell("\n");
}
