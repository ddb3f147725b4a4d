/* SPDX-License-Identifier: MIT
 * The interposers of what makes a process, takes it to other namespaces, or
 * sandboxes it.
 */
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>

#include "interpose/real.h"
#include "state/context.h"
#include "state/fdtable.h"
#include "state/journal_file.h"
#include "state/process.h"
#include "sys/kernel.h"
#include "watchdog/watchdog.h"

/* In the child the watch starts anew, if anything is watched. */
static pid_t forked(pid_t child)
{
	if (!child) {
		process_forked();
		/* Asked for here: a read in a sandbox may not ask. */
		if (fd_entry_of(0))
			fdtable_pid();
		watchdog_after_fork();
	}
	return child;
}

static bool share_watched(int fd, struct fd_entry *slot, void *arg)
{
	(void)arg;
	if (*fd_identity(fd))
		fd_set_flags(slot, ENTRY_SHARED);
	return true;
}

/* In parent and child alike a close no longer is the connection's end. */
static void fork_begins(void)
{
	if (context_has_rules())
		fd_for_each(share_watched, NULL);
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

	if (!context_has_rules() || kernel_leaves_table(flags & CLONE_FILES))
		return real(unshare)(flags);
	watchdog_stop(&signals);
	result = real(unshare)(flags);
	watchdog_restart(signals);
	return result;
}

EXPORT int setns(int fd, int kind)
{
	uint64_t signals;
	int result;

	if (!context_has_rules())
		return real(setns)(fd, kind);
	watchdog_stop(&signals);
	result = real(setns)(fd, kind);
	watchdog_restart(signals);
	return result;
}

/* A program that sandboxes itself. By seccomp(2) it does so too, which has no
 * function in libc; but without privilege it must say PR_SET_NO_NEW_PRIVS
 * before, and libseccomp always does. */
EXPORT int prctl(int option, ...)
{
	unsigned long a, b, c, d;
	va_list rest;

	va_start(rest, option);
	a = va_arg(rest, unsigned long);
	b = va_arg(rest, unsigned long);
	c = va_arg(rest, unsigned long);
	d = va_arg(rest, unsigned long);
	va_end(rest);
	if (option == PR_SET_SECCOMP || option == PR_SET_NO_NEW_PRIVS)
		journal_sandboxed();
	return real(prctl)(option, a, b, c, d);
}
