/* SPDX-License-Identifier: MIT
 * What is open, and which of it an op takes. The kernel is asked by raw system
 * calls, so that asking is no part of the program.
 */
#include "differ.h"

#include <fcntl.h>
#include <poll.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct thing things[TABLE];
int things_end;

static int ask(int fd, int option)
{
	int value = -1;
	socklen_t len = sizeof value;

	if (syscall(SYS_getsockopt, fd, SOL_SOCKET, option, &value, &len))
		return -1;
	return value;
}

static unsigned kind_of_file(int fd)
{
	struct stat about;

	if (fstat(fd, &about))
		return 0;
	if (S_ISFIFO(about.st_mode))
		return PIPE;
	return S_ISREG(about.st_mode) || S_ISCHR(about.st_mode) ? REGULAR
								: EPOLL;
}

static unsigned kind_of(int fd)
{
	const bool stream = ask(fd, SO_TYPE) == SOCK_STREAM;

	switch (ask(fd, SO_DOMAIN)) {
	case AF_INET:
		return stream ? TCP4 : UDP4;
	case AF_INET6:
		return stream ? TCP6 : UDP6;
	case AF_UNIX:
		return stream ? UNIX_STREAM : UNIX_DGRAM;
	}
	return kind_of_file(fd);
}

static unsigned role_of(int fd)
{
	struct sockaddr_in6 name = { 0 };
	socklen_t len = sizeof name;

	if (ask(fd, SO_ACCEPTCONN) == 1)
		return LISTENING;
	if (!syscall(SYS_getpeername, fd, &name, &len))
		return LINKED;
	len = sizeof name;
	/* A port held back is bound to the program: so ask as it would. */
	if (getsockname(fd, (struct sockaddr *)&name, &len))
		return FRESH;
	if (name.sin6_family == AF_UNIX)
		return len > 2 ? BOUND : FRESH;
	return name.sin6_port ? BOUND : FRESH;
}

void things_learn(int fd)
{
	struct thing *t = &things[fd];

	if (fd < 0 || fd >= TABLE)
		return;
	t->kind = (uint16_t)kind_of(fd);
	t->role = t->kind & SOCKETS ? (uint8_t)role_of(fd) : FRESH;
	/* What a lost connection is after that depends on whose its port is. */
	if (scene.style == SINGLE && t->dialled && t->kind & TCP)
		t->role = LINKED;
	if (t->kind && fd >= things_end)
		things_end = fd + 1;
}

/* After a call that can have closed many: what is left? */
void things_learn_all(void)
{
	for (int fd = 0; fd < things_end; fd++)
		if (things[fd].kind && syscall(SYS_fcntl, fd, F_GETFD) < 0)
			things[fd] = (struct thing){ 0 };
	while (things_end && !things[things_end - 1].kind)
		things_end--;
}

void things_forget(int first, int last)
{
	for (int fd = first; fd <= last && fd < things_end; fd++)
		if (fd >= 0)
			things[fd] = (struct thing){ 0 };
	while (things_end && !things[things_end - 1].kind)
		things_end--;
}

int pick(struct dice *d, int kinds, int roles)
{
	static const int nothing[] = { -1, -2147483647 - 1, 2147483647,
				       1 << 20, 900, 63 };
	int fit[64], any[64], fits = 0, all = 0;

	for (int fd = 0; fd < things_end && all < 64; fd++) {
		if (!things[fd].kind)
			continue;
		any[all++] = fd;
		if (things[fd].kind & kinds && things[fd].role & roles)
			fit[fits++] = fd;
	}
	if (!all || chance(d, 3))
		return ONE_OF(d, nothing);
	if (!fits || chance(d, 5))
		return any[roll(d, (uint32_t)all)];
	return fit[roll(d, (uint32_t)fits)];
}

bool is_ready(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	/* poll overlooks negative ones, the calls do not wait for them */
	return fd < 0 || poll(&p, 1, 0) > 0;
}

bool is_blocking(int fd)
{
	const long flags = syscall(SYS_fcntl, fd, F_GETFL);

	return flags >= 0 && !(flags & O_NONBLOCK);
}

bool is_listening(int fd)
{
	return ask(fd, SO_ACCEPTCONN) == 1;
}

bool stays_listening(int fd)
{
	return scene.style != REUSER && is_listening(fd);
}

int queued(int fd)
{
	int count = 0;

	return ioctl(fd, FIONREAD, &count) ? 0 : count;
}
