/* SPDX-License-Identifier: MIT
 * Ops: the descriptor table, and the ends of things.
 */
#include "differ.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static void tell_copy(long to)
{
	tell_result(to);
	tell("\n");
	if (to >= 0)
		things_learn((int)to);
}

void op_dup(struct dice *d)
{
	const int from = pick(d, ANY, ANY);

	tell("dup(%d)", from);
	tell_copy(TRY(dup(from)));
}

/* An open number, one of the next, or one beyond FD_SETSIZE. */
static int target(struct dice *d)
{
	static const int far[] = { 1023, 1024, 1100, 4000, -1 };

	if (chance(d, 8))
		return ONE_OF(d, far);
	if (chance(d, 60))
		return pick(d, ANY, ANY);
	return (int)roll(d, 40);
}

void op_dup2(struct dice *d)
{
	const int from = pick(d, SOCKETS, ANY), to = target(d);

	tell("dup2(%d, %d)", from, to);
	tell_copy(TRY(dup2(from, to)));
}

void op_dup3(struct dice *d)
{
	static const int flags[] = { 0, O_CLOEXEC, O_CLOEXEC, O_NONBLOCK };
	const int from = pick(d, SOCKETS, ANY), to = target(d);
	const int flag = ONE_OF(d, flags);

	tell("dup3(%d, %d, %#x)", from, to, (unsigned)flag);
	tell_copy(TRY(dup3(from, to, flag)));
}

void op_dupfd(struct dice *d)
{
	static const int lowest[] = { 0, 3, 30, 1050, -1, INT_MAX };
	const int from = pick(d, SOCKETS, ANY), low = ONE_OF(d, lowest);
	const int what = chance(d, 50) ? F_DUPFD : F_DUPFD_CLOEXEC;

	tell("fcntl(%d, F_DUPFD %d, %d)", from, what, low);
	tell_copy(TRY(fcntl(from, what, low)));
}

void op_getfl(struct dice *d)
{
	const int fd = pick(d, ANY, ANY);
	const int what = chance(d, 50) ? F_GETFL : F_GETFD;

	tell("fcntl(%d, %d)", fd, what);
	tell_result(TRY(fcntl(fd, what)));
	tell("\n");
}

void op_setfl(struct dice *d)
{
	static const int flags[] = { 0, O_NONBLOCK, O_NONBLOCK | O_APPEND };
	const int fd = pick(d, SOCKETS | PIPE, ANY), flag = ONE_OF(d, flags);

	tell("fcntl(%d, F_SETFL, %#x)", fd, (unsigned)flag);
	tell_result(TRY(fcntl(fd, F_SETFL, flag)));
	tell("\n");
}

void op_close(struct dice *d)
{
	const int fd = pick(d, chance(d, 90) ? SOCKETS | PIPE | EPOLL : ANY,
			    chance(d, 50) ? LINKED : ANY);

	tell("close(%d)", fd);
	tell_result(TRY(close(fd)));
	tell("\n");
	things_forget(fd, fd);
}

/* Past the interposers: what is known of the number is not of the next file. */
void op_close_raw(struct dice *d)
{
	const int fd = pick(d, SOCKETS | PIPE, chance(d, 70) ? LINKED : ANY);

	tell("SYS_close(%d)", fd);
	tell_result(TRY(syscall(SYS_close, fd)));
	tell("\n");
	things_forget(fd, fd);
}

/* The stream's file is replaced under its number, inside libc. */
void op_freopen(struct dice *d)
{
	const int fd = pick(d, SOCKETS, chance(d, 70) ? LINKED : ANY);
	FILE *stream = fd < 0 ? NULL : fdopen(fd, "r+");

	if (!stream)
		return;
	tell("freopen(%d)", fd);
	stream = freopen("/dev/null", "r+", stream);
	tell_result(stream ? fileno(stream) : -1);
	tell("\n");
	things_learn_all();
	things_learn(fd);
}

void op_close_range(struct dice *d)
{
	static const int flags[] = { 0, 0, CLOSE_RANGE_CLOEXEC,
				     CLOSE_RANGE_UNSHARE, 64 };
	const unsigned first = (unsigned)pick(d, SOCKETS, ANY);
	const unsigned last = chance(d, 10) ? UINT_MAX : first + roll(d, 4) - 1;
	int flag = ONE_OF(d, flags);

	/* A thread with a table of its own: not a program we mend. */
	if (scene.thread)
		flag &= ~(int)CLOSE_RANGE_UNSHARE;
	tell("close_range(%u, %u, %d)", first, last, flag);
	tell_result(TRY(close_range(first, last, flag)));
	tell("\n");
	things_learn_all();
}

void op_closefrom(struct dice *d)
{
	/* All of it, or what comes last. */
	const int first = chance(d, 15) ? (int)roll(d, 4)
					: things_end - (int)roll(d, 3);

	tell("closefrom(%d)", first);
	errno = ERRNO_BEFORE;
	closefrom(first);
	error_after = errno;
	tell_result(0);
	tell("\n");
	things_learn_all();
}

void op_shutdown(struct dice *d)
{
	static const int hows[] = { SHUT_RD, SHUT_WR, SHUT_WR, SHUT_RDWR, 99 };
	const int fd = pick(d, SOCKETS, chance(d, 90) ? LINKED : ANY);
	const int how = ONE_OF(d, hows);

	if (stays_listening(fd))
		return;
	tell("shutdown(%d, %d)", fd, how);
	tell_result(TRY(shutdown(fd, how)));
	tell("\n");
}
