/* SPDX-License-Identifier: MIT
 * The interposers of a descriptor's end and of its copies: a number is no
 * longer tracked before it can mean something else.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio_ext.h>

#include "sys/raw_syscall.h"
#include "socket/track.h"
#include "socket/client.h"
#include "mend/timeout.h"
#include "state/journal_file.h"
#include "sys/kernel.h"
#include "state/process.h"
#include "interpose/real.h"
#include "state/context.h"
#include "state/fdtable.h"
#include "watchdog/watchdog.h"

#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE 2u
#define CLOSE_RANGE_CLOEXEC 4u
#endif

/* Before a close that sends nothing more. */
static inline void untrack(int fd)
{
	const struct fd_entry *slot = fd_lookup(fd);

	if (slot && fd_has(slot, ENTRY_IDLE_ENDED) &&
	    !fd_has(slot, ENTRY_SHARED))
		timeout_before_close(fd);
	if (slot && !(fd_facts(slot).flags & CLIENT_SEEN))
		client_record_unseen(fd);
	if (slot) {
		journal_catch_up();
		fd_untrack(fd);
	}
	if (fd == STDERR_FILENO)
		process_stderr_moved();
}

static void untrack_range(unsigned first, unsigned last)
{
	fd_untrack_range(first, last);
	if (first <= STDERR_FILENO && last >= STDERR_FILENO)
		process_stderr_moved();
}

EXPORT int close(int fd)
{
	untrack(fd);
	return real(close)(fd);
}

EXPORT int __close(int fd)
{
	untrack(fd);
	return real(__close)(fd);
}

/* glibc 2.41 declares that the stream is not NULL, and a compiler would drop a
 * plain test of it; a program may pass NULL all the same. */
EXPORT int fclose(FILE *stream)
{
	const int before = errno;
	FILE *volatile given = stream;

	/* What is buffered is sent first: then nothing is discarded. */
	if (given && __fpending(given)) {
		fd_untrack(fileno(given));
		if (fileno(given) == STDERR_FILENO)
			process_stderr_moved();
	} else if (given) {
		untrack(fileno(given));
	}
	errno = before;
	return real(fclose)(stream);
}

/* Before a copy onto `to`. One that fails must leave `to` as it was. */
static void copy_begins(int from, int to)
{
	if (from != to && fd_lookup(to) && sys2(RAW_FCNTL, from, F_GETFD) >= 0)
		untrack(to);
}

static int copied(int from, int to, int result)
{
	if (result < 0 || from == to)
		return result;
	if (to == STDERR_FILENO)
		process_stderr_moved();
	track_copied(from, to);
	return result;
}

EXPORT int dup(int from)
{
	const int to = real(dup)(from);

	return copied(from, to, to);
}

/* The third argument is an int, a long, a pointer, or not there at all: like
 * libc we hand over whatever stands in its place. */
static int fcntl_through(__typeof__(&fcntl) real_fcntl, int fd, int command,
			 va_list rest)
{
	void *argument = va_arg(rest, void *);
	const int result = real_fcntl(fd, command, argument);

	if (command == F_DUPFD || command == F_DUPFD_CLOEXEC)
		return copied(fd, result, result);
	return result;
}

EXPORT int fcntl(int fd, int command, ...)
{
	va_list rest;
	int result;

	va_start(rest, command);
	result = fcntl_through(real(fcntl), fd, command, rest);
	va_end(rest);
	return result;
}

EXPORT int fcntl64(int fd, int command, ...)
{
	va_list rest;
	int result;

	va_start(rest, command);
	result = fcntl_through(real(fcntl64), fd, command, rest);
	va_end(rest);
	return result;
}

#ifdef __i386__
EXPORT int __fcntl_time64(int fd, int command, ...)
{
	va_list rest;
	int result;

	va_start(rest, command);
	result = fcntl_through(real(__fcntl_time64), fd, command, rest);
	va_end(rest);
	return result;
}
#endif

EXPORT int dup2(int from, int to)
{
	copy_begins(from, to);
	return copied(from, to, real(dup2)(from, to));
}

EXPORT int __dup2(int from, int to)
{
	copy_begins(from, to);
	return copied(from, to, real(__dup2)(from, to));
}

EXPORT int dup3(int from, int to, int flags)
{
	if (!(flags & ~O_CLOEXEC))
		copy_begins(from, to);
	return copied(from, to, real(dup3)(from, to, flags));
}

EXPORT int close_range(unsigned first, unsigned last, int flags)
{
	/* With other flags it fails and closes nothing. */
	const bool closes = !((unsigned)flags & ~CLOSE_RANGE_UNSHARE);
	const bool unshares = (unsigned)flags & CLOSE_RANGE_UNSHARE;
	uint64_t signals;
	int result;

	if (kernel_leaves_table(unshares))
		return real(close_range)(first, last, flags);
	if (unshares)
		watchdog_stop(&signals);
	if (closes && first <= last)
		untrack_range(first, last);
	result = real(close_range)(first, last, flags);
	if (unshares)
		watchdog_restart(signals);
	return result;
}

EXPORT void closefrom(int first)
{
	untrack_range(first < 0 ? 0 : (unsigned)first, UINT_MAX);
	real(closefrom)(first);
}
