/* SPDX-License-Identifier: MIT
 * Stand-ins for the names that this libc does not have: libc's own function by
 * another name, or the system call.
 */
#include "interpose/libc_missing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "sys/raw_syscall.h"
#include "sys/kernel.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_recvmmsg_time64
#define SYS_recvmmsg_time64 417
#endif

/* As libc would answer it. */
static int answer(long result)
{
	if (result >= 0)
		return (int)result;
	errno = (int)-result;
	return -1;
}

static long not_in_this_libc(void)
{
	return answer(-ENOSYS);
}

static size_t less(size_t len, size_t room)
{
	return len < room ? len : room;
}

static ssize_t read_within(int fd, void *to, size_t len, size_t room)
{
	return real(read)(fd, to, less(len, room));
}

static ssize_t recv_within(int fd, void *to, size_t len, size_t room, int flags)
{
	return real(recv)(fd, to, less(len, room), flags);
}

static ssize_t recvfrom_within(int fd, void *to, size_t len, size_t room,
			       int flags, __SOCKADDR_ARG from,
			       socklen_t *from_len)
{
	return real(recvfrom)(fd, to, less(len, room), flags, from, from_len);
}

static int close_those_between(unsigned first, unsigned last, int flags)
{
	return answer(sys3(SYS_close_range, first, last, flags));
}

static unsigned number_in(const char *text)
{
	unsigned n = 0;

	for (; *text >= '0' && *text <= '9'; text++)
		n = n * 10 + (unsigned)(*text - '0');
	return n;
}

/* Close those of one reading of the list. False: there was none to close. */
static bool close_listed(int list, unsigned from)
{
	_Alignas(8) char entries[1024];
	bool closed = false;
	long len, at;

	while ((len = sys3(SYS_getdents64, list, entries, sizeof entries)) > 0)
		for (at = 0; at < len;) {
			const struct dirent64 *entry = (void *)(entries + at);
			const unsigned fd = number_in(entry->d_name);

			if (*entry->d_name != '.' && fd >= from &&
			    fd != (unsigned)list)
				closed |= !kernel_close((int)fd);
			at += entry->d_reclen;
		}
	return closed;
}

/* Before Linux 5.9. A list that is changed while it is read has gaps: it is
 * read until nothing is left. */
static void close_by_list(unsigned from)
{
	const uint64_t limit = kernel_descriptor_limit();
	const long list = sys4(SYS_openat, AT_FDCWD, "/proc/self/fd",
			       O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	int rounds = 1000;

	for (unsigned fd = from; list < 0 && fd < limit && fd < 65536; fd++)
		kernel_close((int)fd);
	while (list >= 0 && rounds-- && close_listed((int)list, from))
		sys3(SYS_lseek, list, 0, SEEK_SET);
	if (list >= 0)
		kernel_close((int)list);
}

/* closefrom() cannot fail. */
static void close_all_from(int first)
{
	const unsigned from = first < 0 ? 0 : (unsigned)first;

	if (sys3(SYS_close_range, from, UINT_MAX, 0) < 0)
		close_by_list(from);
}

#ifdef __i386__
static int recvmmsg_time64(int fd, struct mmsghdr *first, unsigned count,
			   int flags, void *timeout)
{
	return answer(
		sys5(SYS_recvmmsg_time64, fd, first, count, flags, timeout));
}
#endif

anyfunction *libc_missing(enum call call)
{
	switch (call) {
	case CALL___connect:
		return real_call(CALL_connect);
	case CALL___read:
		return real_call(CALL_read);
	case CALL___read_chk:
		return (anyfunction *)read_within;
	case CALL___recv_chk:
		return (anyfunction *)recv_within;
	case CALL___recvfrom_chk:
		return (anyfunction *)recvfrom_within;
	case CALL___close:
		return real_call(CALL_close);
	case CALL_fcntl64:
		return real_call(CALL_fcntl);
	case CALL___dup2:
		return real_call(CALL_dup2);
	case CALL_close_range:
		return (anyfunction *)close_those_between;
	case CALL_closefrom:
		return (anyfunction *)close_all_from;
	/* fork() does what _Fork() does, and runs pthread_atfork(3)'s. */
	case CALL___fork:
	case CALL__Fork:
		return real_call(CALL_fork);
#ifdef __i386__
	case CALL___setsockopt64:
		return real_call(CALL_setsockopt);
	case CALL___recvmsg64:
		return real_call(CALL_recvmsg);
	case CALL___recvmmsg64:
		return (anyfunction *)recvmmsg_time64;
	case CALL___fcntl_time64:
		return real_call(CALL_fcntl);
#endif
	default:
		return (anyfunction *)not_in_this_libc;
	}
}
