/* SPDX-License-Identifier: MIT
 * The interposers of a descriptor's end, and of a process's beginning: the
 * watch lets go of a number before it can mean something else.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>

#include "bare.h"
#include "care.h"
#include "kernel.h"
#include "process.h"
#include "real.h"
#include "slots.h"
#include "watch.h"

#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE 2u
#define CLOSE_RANGE_CLOEXEC 4u
#endif

static inline void let_go(int fd)
{
	if (slot_known(fd))
		slot_forget(fd);
	if (fd == STDERR_FILENO)
		process_stderr_moved();
}

static void let_go_range(unsigned first, unsigned last)
{
	slot_forget_range(first, last);
	if (first <= STDERR_FILENO && last >= STDERR_FILENO)
		process_stderr_moved();
}

EXPORT int close(int fd)
{
	let_go(fd);
	return real(close)(fd);
}

EXPORT int __close(int fd)
{
	let_go(fd);
	return real(__close)(fd);
}

/* glibc 2.41 declares that the stream is not NULL, and a compiler would drop a
 * plain test of it; a program may pass NULL all the same. */
EXPORT int fclose(FILE *stream)
{
	const int before = errno;
	FILE *volatile given = stream;

	if (given)
		let_go(fileno(given));
	errno = before;
	return real(fclose)(stream);
}

/* Before a copy onto `to`. One that fails must leave `to` as it was. */
static void copy_begins(int from, int to)
{
	if (from != to && slot_known(to) && sys2(BARE_FCNTL, from, F_GETFD) >= 0)
		slot_forget(to);
}

static int copied(int from, int to, int result)
{
	if (result < 0 || from == to)
		return result;
	if (to == STDERR_FILENO)
		process_stderr_moved();
	care_copied(from, to);
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

/* A thread that takes a table of its own along leaves the program's to the
 * others: what is known of the numbers, and the watch, stay with that one. */
static bool keeps_own_table(bool unshares)
{
	return unshares && !kernel_is_main_thread();
}

/* The task must not stay in a table the program has left: that would keep its
 * sockets open. Nor go along with a thread that leaves the program's. */
static void resume(bool paused, bool own_table)
{
	if (paused && own_table)
		watch_later();
	else if (paused)
		watch_again();
}

EXPORT int close_range(unsigned first, unsigned last, int flags)
{
	/* With other flags it fails and closes nothing. */
	const bool closes = !((unsigned)flags & ~CLOSE_RANGE_UNSHARE);
	const bool unshares = (unsigned)flags & CLOSE_RANGE_UNSHARE;
	const bool own_table = keeps_own_table(unshares);
	const bool paused = unshares && watch_pause();
	int result;

	if (closes && first <= last && !own_table)
		let_go_range(first, last);
	result = real(close_range)(first, last, flags);
	resume(paused, own_table);
	return result;
}

EXPORT void closefrom(int first)
{
	let_go_range(first < 0 ? 0 : (unsigned)first, UINT_MAX);
	real(closefrom)(first);
}

/* In the child the watch starts anew, if anything is watched. */
static pid_t forked(pid_t child)
{
	if (!child) {
		process_forked();
		watch_forked();
	}
	return child;
}

EXPORT pid_t fork(void)
{
	return forked(real(fork)());
}

EXPORT pid_t __fork(void)
{
	return forked(real(__fork)());
}

EXPORT pid_t _Fork(void)
{
	return forked(real(_Fork)());
}

EXPORT int daemon(int keep_directory, int keep_files)
{
	return forked(real(daemon)(keep_directory, keep_files));
}

EXPORT int unshare(int flags)
{
	const bool paused = watch_pause();
	const int result = real(unshare)(flags);

	resume(paused, keeps_own_table(flags & CLONE_FILES));
	return result;
}

EXPORT int setns(int fd, int kind)
{
	const bool paused = watch_pause();
	const int result = real(setns)(fd, kind);

	if (paused)
		watch_again();
	return result;
}
