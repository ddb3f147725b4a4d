/* SPDX-License-Identifier: MIT
 * The interposers of a socket's beginning: what we promise around each call.
 */
#include <errno.h>
#include <netinet/in.h>

#include "socket/track.h"
#include "socket/client.h"
#include "mend/override.h"
#include "state/journal_file.h"
#include "interpose/real.h"
#include "mend/reclaim.h"
#include "state/context.h"
#include "socket/server.h"

/* 0 or -errno as libc would answer it. */
static int answer(int failed)
{
	if (!failed)
		return 0;
	errno = -failed;
	return -1;
}

EXPORT int socket(int domain, int type, int protocol)
{
	int fd;

	if (!context_now_has_rules())
		return real(socket)(domain, type, protocol);
	reclaim_always();
	do
		fd = real(socket)(domain, type, protocol);
	while (reclaim_under_pressure(fd));
	if (fd >= 0)
		track_new(fd, domain, type, protocol);
	return fd;
}

EXPORT int bind(int fd, __CONST_SOCKADDR_ARG addr, socklen_t len)
{
	const int before = errno;
	int done, result;

	if (!context_now_has_rules())
		return real(bind)(fd, addr, len);
	done = server_before_bind(fd, ADDRESS(addr), len);
	if (done != BIND_NOT_OURS)
		return answer(done);
	result = real(bind)(fd, addr, len);
	if (!result || errno != EADDRINUSE ||
	    !server_retry_bind(fd, ADDRESS(addr), len))
		return result;
	errno = before;
	return 0;
}

EXPORT int listen(int fd, int backlog)
{
	const int failed =
		context_now_has_rules() ? server_before_listen(fd) : 0;

	return failed ? answer(failed) : real(listen)(fd, backlog);
}

typedef __typeof__(&connect) connect_function;

static int connect_through(connect_function real_connect, int fd,
			   __CONST_SOCKADDR_ARG addr, socklen_t len)
{
	struct client_connect attempt = {.slot = NULL};
	int failed, result;

	if (!context_now_has_rules())
		return real_connect(fd, addr, len);
	failed = client_before_connect(&attempt, fd, ADDRESS(addr), len);
	if (failed)
		return answer(failed);
	result = real_connect(fd, addr, len);
	failed = attempt.slot ? client_after_connect(&attempt, result, errno,
						     ADDRESS(addr), len)
			      : 0;
	return failed ? answer(failed) : result;
}

EXPORT int connect(int fd, __CONST_SOCKADDR_ARG addr, socklen_t len)
{
	return connect_through(real(connect), fd, addr, len);
}

EXPORT int __connect(int fd, __CONST_SOCKADDR_ARG addr, socklen_t len)
{
	return connect_through(real(__connect), fd, addr, len);
}

/* Where accept() puts the peer's name: where the program asked for it, or,
 * where it did not, here. Without a rule for this program nothing is changed.
 */
struct peer_name {
	__SOCKADDR_ARG addr;
	socklen_t *len, room; /* what may be there of it; 0: cannot be told */
	struct sockaddr_in6 own;
	socklen_t own_len;
};

/* The program's memory is not read before the kernel has found that it can be,
 * but for its own stack: that is there above our frame. */
static bool is_on_stack(const void *at)
{
	const uintptr_t frame = (uintptr_t)__builtin_frame_address(0);

	return (uintptr_t)at - frame < 8192;
}

static void name_peer(struct peer_name *p, __SOCKADDR_ARG addr, socklen_t *len)
{
	p->addr = addr;
	p->len = len;
	p->room = 0;
	if (!context_has_rules())
		return;
	if (addr.__sockaddr__) {
		p->room = is_on_stack(len) ? *len : 0;
		return;
	}
	p->room = sizeof p->own;
	p->own_len = sizeof p->own;
	p->addr.__sockaddr_in6__ = &p->own;
	p->len = &p->own_len;
}

static int accepted(int listener, int fd, const struct peer_name *p)
{
	if (fd < 0 || !context_now_has_rules())
		return fd;
	journal_resume();
	journal_catch_up();
	server_after_accept(listener, fd, p->addr.__sockaddr__,
			    p->room && *p->len <= p->room ? *p->len : 0);
	return fd;
}

EXPORT int accept(int listener, __SOCKADDR_ARG addr, socklen_t *len)
{
	struct peer_name p;
	int fd;

	name_peer(&p, addr, len);
	reclaim_always();
	do
		fd = real(accept)(listener, p.addr, p.len);
	while (reclaim_under_pressure(fd));
	return accepted(listener, fd, &p);
}

EXPORT int accept4(int listener, __SOCKADDR_ARG addr, socklen_t *len, int flags)
{
	struct peer_name p;
	int fd;

	name_peer(&p, addr, len);
	reclaim_always();
	do
		fd = real(accept4)(listener, p.addr, p.len, flags);
	while (reclaim_under_pressure(fd));
	return accepted(listener, fd, &p);
}

static int set_through(__typeof__(&setsockopt) real_set, int fd, int level,
		       int name, const void *value, socklen_t len)
{
	struct override o;
	int result;

	if (override_before(&o, fd, level, name, value, len))
		return 0;
	result = real_set(fd, level, name, value, len);
	if (!result)
		override_after(&o, fd, level, name, value);
	return result;
}

EXPORT int setsockopt(int fd, int level, int name, const void *value,
		      socklen_t len)
{
	return set_through(real(setsockopt), fd, level, name, value, len);
}

#ifdef __i386__
EXPORT int __setsockopt64(int fd, int level, int name, const void *value,
			  socklen_t len)
{
	return set_through(real(__setsockopt64), fd, level, name, value, len);
}
#endif

EXPORT int getsockname(int fd, __SOCKADDR_ARG addr, socklen_t *len)
{
	const socklen_t room = track_name_room(fd, len);
	const int result = real(getsockname)(fd, addr, len);

	if (!result && room)
		track_fix_name(fd, ADDRESS(addr), room);
	return result;
}

EXPORT int shutdown(int fd, int how)
{
	const int result = real(shutdown)(fd, how);

	if (!result && how != SHUT_WR)
		track_shutdown(fd);
	return result;
}
