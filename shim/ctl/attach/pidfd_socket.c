/* SPDX-License-Identifier: MIT
 * Takes a socket out of another process: pidfd_open(2), pidfd_getfd(2).
 */
#include "pidfd_socket.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int pidfd_of(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

bool process_lives(int pidfd)
{
	struct pollfd ended = {.fd = pidfd, .events = POLLIN};

	return poll(&ended, 1, 0) == 0;
}

static int take(int pidfd, int fd)
{
	return (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
}

/* It is asked who we are before it is looked whether there is such a number,
 * and there is none so high. */
int grip_refused(int pidfd)
{
	const int fd = take(pidfd, INT_MAX);

	if (fd < 0)
		return errno == EBADF ? 0 : errno;
	close(fd);
	return 0;
}

/* '0' to '3', or 0 where there is no such setting. */
static int yama_scope(void)
{
	FILE *file = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");
	const int scope = file ? fgetc(file) : 0;

	if (file)
		fclose(file);
	return scope;
}

static const char *permission_fault(void)
{
	const int scope = yama_scope();

	if (geteuid() && scope > '0')
		return "its sockets may not be taken: kernel.yama.ptrace_scope "
		       "keeps processes of one user apart; root may "
		       "(CAP_SYS_PTRACE)";
	if (geteuid())
		return "its sockets may not be taken: that needs root "
		       "(CAP_SYS_PTRACE)";
	if (scope == '3')
		return "its sockets may not be taken, not even by root: "
		       "kernel.yama.ptrace_scope is 3";
	return "its sockets may not be taken: CAP_SYS_PTRACE is missing, or a "
	       "sandbox refuses pidfd_getfd(2), as containers do by default";
}

const char *grip_fault(int error)
{
	switch (error) {
	case ENOSYS:
		return "this kernel cannot hand out its sockets "
		       "(pidfd_getfd(2), Linux 5.6), or a sandbox hides that";
	case EINVAL:
	case ENOENT:
		return "this is a thread, not a process";
	case ESRCH:
		return "its first thread has ended, and its sockets cannot be "
		       "reached";
	case EPERM:
	case EACCES:
		return permission_fault();
	default:
		return strerror(error);
	}
}

static bool is_socket(int fd, const struct tcp_socket *socket)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof cookie;
	struct stat st;

	return !fstat(fd, &st) && S_ISSOCK(st.st_mode) &&
	       st.st_ino == socket->inode &&
	       !getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) &&
	       cookie == socket->cookie;
}

/* The program may have closed it and opened something else meanwhile. */
int grip(int pidfd, int fd, const struct tcp_socket *socket)
{
	const int taken = take(pidfd, fd);

	if (taken < 0)
		return errno == EBADF || errno == ESRCH ? -ESTALE : -errno;
	if (is_socket(taken, socket))
		return taken;
	close(taken);
	return -ESTALE;
}
