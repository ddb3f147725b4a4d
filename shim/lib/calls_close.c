/* SPDX-License-Identifier: MIT
 * The interposers of a descriptor's end, and of a process's beginning: the
 * watch lets go of a number before it can mean something else.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio_ext.h>

#include "bare.h"
#include "care.h"
#include "dial.h"
#include "due.h"
#include "journal_file.h"
#include "kernel.h"
#include "process.h"
#include "real.h"
#include "self.h"
#include "slots.h"
#include "watch.h"

#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE 2u
#define CLOSE_RANGE_CLOEXEC 4u
#endif

/* Before a close that sends nothing more. */
static inline void let_go(int fd)
{
	const struct slot *slot = slot_known(fd);

	if (slot && slot_has(slot, SLOT_IDLE_ENDED) &&
	    !slot_has(slot, SLOT_SHARED))
		due_before_close(fd);
	if (slot && !(slot_facts(slot).flags & DIAL_SEEN))
		dial_unseen(fd);
	if (slot) {
		journal_catch_up();
		slot_forget(fd);
	}
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

	/* What is buffered is sent first: then nothing is discarded. */
	if (given && __fpending(given)) {
		slot_forget(fileno(given));
		if (fileno(given) == STDERR_FILENO)
			process_stderr_moved();
	} else if (given) {
		let_go(fileno(given));
	}
	errno = before;
	return real(fclose)(stream);
}

/* Before a copy onto `to`. One that fails must leave `to` as it was. */
static void copy_begins(int from, int to)
{
	if (from != to && slot_known(to) && sys2(BARE_FCNTL, from, F_GETFD) >= 0)
		let_go(to);
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

/* A second thread that takes a descriptor table of its own leaves the
 * program's to the others: what is known of the numbers, and the watch task,
 * stay with that one. Nor may the task stay in a table that the program has
 * left: it would keep its sockets open. */
static bool leaves_table(bool unshares)
{
	return unshares && !kernel_is_main_thread();
}

EXPORT int close_range(unsigned first, unsigned last, int flags)
{
	/* With other flags it fails and closes nothing. */
	const bool closes = !((unsigned)flags & ~CLOSE_RANGE_UNSHARE);
	const bool unshares = (unsigned)flags & CLOSE_RANGE_UNSHARE;
	uint64_t signals;
	int result;

	if (leaves_table(unshares))
		return real(close_range)(first, last, flags);
	if (unshares)
		watch_pause(&signals);
	if (closes && first <= last)
		let_go_range(first, last);
	result = real(close_range)(first, last, flags);
	if (unshares)
		watch_resume(signals);
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
		/* Asked for here: a read in a sandbox may not ask. */
		if (slot_of(0))
			slots_pid();
		watch_forked();
	}
	return child;
}

static bool share_watched(int fd, struct slot *slot, void *arg)
{
	(void)arg;
	if (*slot_identity(fd))
		slot_mark(slot, SLOT_SHARED);
	return true;
}

/* In parent and child alike a close no longer is the connection's end. */
static void fork_begins(void)
{
	if (self_has_rules())
		slot_each(share_watched, NULL);
}

EXPORT pid_t fork(void)
{
	fork_begins();
	return forked(real(fork)());
}

EXPORT pid_t __fork(void)
{
	fork_begins();
	return forked(real(__fork)());
}

EXPORT pid_t _Fork(void)
{
	fork_begins();
	return forked(real(_Fork)());
}

EXPORT int daemon(int keep_directory, int keep_files)
{
	fork_begins();
	return forked(real(daemon)(keep_directory, keep_files));
}

EXPORT int unshare(int flags)
{
	uint64_t signals;
	int result;

	if (!self_has_rules() || leaves_table(flags & CLONE_FILES))
		return real(unshare)(flags);
	watch_pause(&signals);
	result = real(unshare)(flags);
	watch_resume(signals);
	return result;
}

EXPORT int setns(int fd, int kind)
{
	uint64_t signals;
	int result;

	if (!self_has_rules())
		return real(setns)(fd, kind);
	watch_pause(&signals);
	result = real(setns)(fd, kind);
	watch_resume(signals);
	return result;
}
