/* SPDX-License-Identifier: MIT
 * Ops: the writing family. Little is written, so none of them waits.
 */
#include "differ.h"

#include <poll.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

static const char words[] = "abc\ndefgh\nijklmnopq\nrstuvwxyz0123456789\n"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ\n";

static const size_t lengths[] = { 0, 1, 4, 5, 9, 17, 64 };

static const int some_flags[] = { 0, 0, 0, MSG_NOSIGNAL, MSG_OOB, MSG_EOR,
				  MSG_CONFIRM, MSG_DONTROUTE };

static int flags_for(struct dice *d, int fd)
{
	const int flags = ONE_OF(d, some_flags) | MSG_DONTWAIT;

	/* A unix socket with urgent data alone is readable, and reads wait. */
	if (fd >= 0 && fd < TABLE && things[fd].kind & UNIX)
		return flags & ~MSG_OOB;
	return flags;
}

static bool would_wait(const char *what, int fd)
{
	if (!is_blocking(fd) || is_ready(fd, POLLOUT))
		return false;
	tell("%s(%d) would wait\n", what, fd);
	return true;
}

static void tell_sent(long sent)
{
	tell_result(sent);
	tell("\n");
}

void op_write(struct dice *d)
{
	const int fd = pick(d, STREAMS | PIPE, LINKED | FRESH);
	const size_t len = ONE_OF(d, lengths);
	const struct place p = place_copy(d, words, len);

	if (would_wait("write", fd))
		return;
	tell("write(%d, %s, %zu)", fd, p.how, len);
	tell_sent(TRY(write(fd, p.at, len)));
}

void op_writev(struct dice *d)
{
	const int fd = pick(d, STREAMS | PIPE, LINKED | FRESH);
	const size_t len = ONE_OF(d, lengths);
	const struct place p = place_copy(d, words, len);
	const struct iovec iov[] = { { p.at, len }, { (void *)words, 3 } };
	const struct place at = place_copy(d, iov, sizeof iov);

	if (would_wait("writev", fd))
		return;
	tell("writev(%d, %s %s, %zu)", fd, at.how, p.how, len);
	tell_sent(TRY(writev(fd, at.at, 2)));
}

void op_send(struct dice *d)
{
	const int fd = pick(d, SOCKETS, LINKED);
	const size_t len = ONE_OF(d, lengths);
	const struct place p = place_copy(d, words + roll(d, 8), len);
	const int flags = flags_for(d, fd);

	tell("send(%d, %s, %zu, %#x)", fd, p.how, len, (unsigned)flags);
	tell_sent(TRY(send(fd, p.at, len, flags)));
}

/* To whoever is bound there. */
void op_sendto(struct dice *d)
{
	const int fd = pick(d, UDP | UNIX_DGRAM | TCP, ANY);
	const int to = pick(d, fd >= 0 && fd < TABLE ? things[fd].kind : UDP,
			    BOUND | LINKED);
	struct sockaddr_storage name = { 0 };
	socklen_t name_len = sizeof name;
	const size_t len = ONE_OF(d, lengths);
	const struct place p = place_copy(d, words, len);
	const int flags = flags_for(d, fd);
	struct place at;

	if (getsockname(to, (struct sockaddr *)&name, &name_len))
		name_len = 0;
	at = place_copy(d, &name, sizeof name);
	tell("sendto(%d, %s, %zu, %#x, %s to fd %d)", fd, p.how, len,
	     (unsigned)flags, at.how, to);
	tell_sent(TRY(sendto(fd, p.at, len, flags, at.at, name_len)));
}

void op_sendmsg(struct dice *d)
{
	const int fd = pick(d, SOCKETS, LINKED), flags = flags_for(d, fd);
	const size_t len = ONE_OF(d, lengths);
	const struct place p = place_copy(d, words, len);
	struct iovec iov = { p.at, len };
	const struct msghdr head = { .msg_iov = &iov, .msg_iovlen = 1 };
	const struct place at = place_copy(d, &head, sizeof head);

	tell("sendmsg(%d, %s %s, %zu, %#x)", fd, at.how, p.how, len,
	     (unsigned)flags);
	tell_sent(TRY(sendmsg(fd, at.at, flags)));
}

void op_sendmmsg(struct dice *d)
{
	const int fd = pick(d, SOCKETS, LINKED), flags = flags_for(d, fd);
	struct iovec iov[] = { { (void *)words, 4 }, { (void *)words, 9 } };
	const struct mmsghdr heads[] = {
		{ .msg_hdr = { .msg_iov = &iov[0], .msg_iovlen = 1 } },
		{ .msg_hdr = { .msg_iov = &iov[1], .msg_iovlen = 1 } },
	};
	const struct place at = place_copy(d, heads, sizeof heads);

	tell("sendmmsg(%d, %s, 2, %#x)", fd, at.how, (unsigned)flags);
	tell_sent(TRY(sendmmsg(fd, at.at, 2, flags)));
}

/* A descriptor over a unix socket. */
void op_pass(struct dice *d)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { (void *)words, 1 };
	struct msghdr head = { .msg_iov = &iov,
			       .msg_iovlen = 1,
			       .msg_control = control,
			       .msg_controllen = sizeof control };
	struct cmsghdr *c = CMSG_FIRSTHDR(&head);
	const int over = pick(d, UNIX, LINKED), passed = pick(d, TCP, ANY);

	/* A unix socket under way is collected when the kernel finds time. */
	if (passed >= 0 && passed < TABLE && things[passed].kind & UNIX)
		return;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof passed);
	memcpy(CMSG_DATA(c), &passed, sizeof passed);
	tell("sendmsg(%d, SCM_RIGHTS %d)", over, passed);
	tell_sent(TRY(sendmsg(over, &head, MSG_DONTWAIT)));
}

void op_sendfile(struct dice *d)
{
	const int to = pick(d, STREAMS, LINKED);
	int from = pick(d, REGULAR, ANY);
	off_t offset = chance(d, 50) ? 2 : -1;

	if (would_wait("sendfile", to))
		return;
	if (is_blocking(from) && !is_ready(from, POLLIN))
		from = -1;
	tell("sendfile(%d, %d, %ld, 9)", to, from, (long)offset);
	tell_sent(TRY(sendfile(to, from, &offset, 9)));
}
