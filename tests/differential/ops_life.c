/* SPDX-License-Identifier: MIT
 * Ops: a socket's life, from socket() to accept().
 */
#include "targets.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

static socklen_t maybe_other_length(struct dice *d, socklen_t len)
{
	static const socklen_t others[] = { 0, 1, 2, 8, 15, 27, 128, 200,
					    (socklen_t)-1 };

	return chance(d, 5) ? ONE_OF(d, others) : len;
}

static int call_socket(int domain, int type, int protocol)
{
	long fd;

	tell("socket(%d, %#x, %d)", domain, (unsigned)type, protocol);
	fd = TRY(socket(domain, type, protocol));
	tell_result(fd);
	tell("\n");
	if (fd >= 0)
		things_learn((int)fd);
	return (int)fd;
}

static void call_bind(struct dice *d, int fd, const struct name *n)
{
	const struct place p = place_copy(d, &n->at, sizeof n->at);
	socklen_t len = maybe_other_length(d, n->len);
	const int reuse = chance(d, 80);
	long result;

	/* The kernel would choose a name, another one each time. */
	if (n->at.any.sa_family == AF_UNIX && len == 2)
		len = 1;
	if (scene.style == REUSER) {
		const long r = TRY(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR,
					      &reuse, sizeof reuse));

		tell("setsockopt(%d, SO_REUSEADDR, %d)", fd, reuse);
		tell_result(r);
		tell("\n");
	}
	tell("bind(%d, %s ", fd, p.how);
	tell_name(&n->at, n->len, fd);
	tell(", %d)", (int)len);
	result = TRY(bind(fd, p.at, len));
	tell_result(result);
	if (!result)
		name_chosen(fd);
	tell("\n");
	things_learn(fd);
}

static void call_listen(int fd, int backlog)
{
	const bool chosen = kind_known(fd) && things[fd].role == FRESH;
	long result;

	tell("listen(%d, %d)", fd, backlog);
	result = TRY(listen(fd, backlog));
	tell_result(result);
	if (!result && chosen)
		name_chosen(fd);
	tell("\n");
	things_learn(fd);
}

/* One that was ::ffff:127.0.0.1 and calls ::1 would wait for ever. */
static void limit_waiting(int fd)
{
	const struct timeval limit = { 0, 100000 };

	syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_SNDTIMEO, &limit,
		sizeof limit);
}

static void call_connect(struct dice *d, int fd, const struct name *n)
{
	const struct place p = place_copy(d, &n->at, sizeof n->at);
	const socklen_t len = maybe_other_length(d, n->len);
	const bool was_bound = fd >= 0 && fd < TABLE &&
			       things[fd].role == BOUND;
	const bool was_linked = fd >= 0 && fd < TABLE &&
				things[fd].role == LINKED;
	long result;

	if (kind_known(fd) == TCP6)
		limit_waiting(fd);
	tell("connect(%d, %s ", fd, p.how);
	tell_name(&n->at, n->len, fd);
	tell(", %d)", (int)len);
	result = TRY(connect(fd, p.at, len));
	tell_result(result);
	if (!was_linked && (!result || error_after == EINPROGRESS ||
			    error_after == ECONNREFUSED)) {
		name_dialled(fd, was_bound);
		if (kind_known(fd))
			things[fd].dialled = true;
	}
	tell("\n");
	things_learn(fd);
}

/* accept, and accept4 half of the time. */
static int call_accept(struct dice *d, int fd)
{
	static const int rooms[] = { 128, 128, 28, 16, 16, 8, 3, 0, -1 };
	static const int flags[] = { 0, SOCK_NONBLOCK, SOCK_CLOEXEC, 0x40 };
	const bool with_name = chance(d, 70), with_flags = chance(d, 50);
	struct place name = place(d, 128), len;
	socklen_t room = (socklen_t)ONE_OF(d, rooms);
	const int flag = ONE_OF(d, flags);
	long got;

	len = place_copy(d, &room, sizeof room);
	if (!with_name)
		name = len = (struct place){ "none", NULL, 0 };
	tell("accept%s(%d, %s, %s %d, %#x)", with_flags ? "4" : "", fd,
	     name.how, len.how, (int)room, (unsigned)flag);
	if (with_flags)
		got = TRY(accept4(fd, name.at, len.at, flag));
	else
		got = TRY(accept(fd, name.at, len.at));
	tell_result(got);
	if (got >= 0)
		tell_room(&name, &len, room, fd);
	tell("\n");
	if (got >= 0)
		things_learn((int)got);
	return (int)got;
}

/* ---- ops */

void op_socket(struct dice *d)
{
	static const int domains[] = { AF_INET, AF_INET, AF_INET, AF_INET6,
				       AF_INET6, AF_UNIX, 99 };
	static const int types[] = { SOCK_STREAM, SOCK_STREAM, SOCK_STREAM,
				     SOCK_DGRAM, SOCK_SEQPACKET, 77 };
	static const int flags[] = { 0, 0, 0, SOCK_NONBLOCK, SOCK_CLOEXEC,
				     0x100 };
	static const int protocols[] = { 0, 0, 0, 0, 0, 6, 17, 132 };
	const int domain = ONE_OF(d, domains);
	const int type = roll(d, 8) ? types[roll(d, 4)] : ONE_OF(d, types);

	call_socket(domain, type | ONE_OF(d, flags), ONE_OF(d, protocols));
}

void op_socketpair(struct dice *d)
{
	static const int domains[] = { AF_UNIX, AF_UNIX, AF_UNIX, AF_INET };
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET,
				     SOCK_STREAM | SOCK_NONBLOCK };
	const int domain = ONE_OF(d, domains), type = ONE_OF(d, types);
	struct place p = place(d, 2 * sizeof(int));
	int fds[2];
	long result;

	tell("socketpair(%d, %#x, 0, %s)", domain, (unsigned)type, p.how);
	result = TRY(socketpair(domain, type, 0, p.at));
	tell_result(result);
	if (!result) {
		memcpy(fds, p.at, sizeof fds);
		tell(" %d %d", fds[0], fds[1]);
		things_learn(fds[0]);
		things_learn(fds[1]);
	}
	tell("\n");
}

void op_pipe(struct dice *d)
{
	int fds[2];
	const long result = TRY(pipe2(fds, chance(d, 50) ? O_NONBLOCK : 0));

	tell("pipe2()");
	tell_result(result);
	tell("\n");
	if (result)
		return;
	things_learn(fds[0]);
	things_learn(fds[1]);
}

/* What becomes of a port after its connection depends on whose it was: in a
 * case that ephemeral_port is to leave as it is, a socket has one life. */
static bool has_lived(int fd)
{
	return scene.style == SINGLE && kind_known(fd) && things[fd].dialled;
}

void op_bind(struct dice *d)
{
	const int fd = pick(d, SOCKETS, FRESH);
	const struct name n = name_to_bind(d, fd);

	if (!has_lived(fd))
		call_bind(d, fd, &n);
}

void op_listen(struct dice *d)
{
	static const int backlogs[] = { 16, 128, -1, 2147483647, 50 };

	const int fd = pick(d, STREAMS, chance(d, 85) ? BOUND : ANY);

	if (!has_lived(fd))
		call_listen(fd, ONE_OF(d, backlogs));
}

void op_connect(struct dice *d)
{
	const int fd = pick(d, SOCKETS, FRESH | BOUND);
	struct name n = name_to_reach(d, fd);

	if (chance(d, 4) && scene.style != SINGLE && !stays_listening(fd))
		n.at.any.sa_family = AF_UNSPEC;
	if (!has_lived(fd))
		call_connect(d, fd, &n);
}

void op_accept(struct dice *d)
{
	const int fd = pick(d, STREAMS, LISTENING);

	if (is_blocking(fd) && !is_ready(fd, POLLIN)) {
		tell("accept(%d) would wait\n", fd);
		return;
	}
	call_accept(d, fd);
}

/* A whole connection: what most other ops need. */
void op_link(struct dice *d)
{
	const unsigned server_kind = chance(d, 60) ? TCP4 : TCP6;
	const unsigned kind = chance(d, 75) ? server_kind : (unsigned)TCP6;
	const int server_domain = server_kind == TCP4 ? AF_INET : AF_INET6;
	const int server = call_socket(server_domain, SOCK_STREAM, 0);
	struct name n = name_of_kind(server_kind, d, own_port(d, server_kind));
	int client;

	call_bind(d, server, &n);
	call_listen(server, 16);
	client = call_socket(kind == TCP4 ? AF_INET : AF_INET6, SOCK_STREAM, 0);
	if (chance(d, 30)) {
		n = name_of_kind(kind, d, scene.port + 1);
		call_bind(d, client, &n);
	}
	n.len = sizeof n.at;
	if (is_listening(server) && server != client &&
	    !syscall(SYS_getsockname, server, &n.at, &n.len)) {
		n = seen_as(n, kind);
		call_connect(d, client, &n);
	}
	if (is_ready(server, POLLIN))
		call_accept(d, server);
	if (chance(d, 60)) {
		tell("close(%d)", server);
		tell_result(TRY(close(server)));
		tell("\n");
		things_forget(server, server);
	}
}
