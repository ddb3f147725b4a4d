/* SPDX-License-Identifier: MIT
 * Ops: the reading family. None of them may wait.
 */
#include "differ.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static const size_t lengths[] = { 0, 1, 3, 8, 8, 16, 64, 256 };

static const int some_flags[] = { 0,	     0,		MSG_PEEK,
				  MSG_TRUNC, MSG_WAITALL, MSG_OOB,
				  MSG_PEEK | MSG_TRUNC,	MSG_ERRQUEUE,
				  MSG_DONTWAIT, 0x01000000 };

static bool would_wait(const char *what, int fd)
{
	if (!is_blocking(fd) || is_ready(fd, POLLIN))
		return false;
	tell("%s(%d) would wait\n", what, fd);
	return true;
}

/* Flags with which it does not wait. */
static int flags_for(struct dice *d, int fd, size_t len)
{
	int flags = ONE_OF(d, some_flags);

	if (!is_ready(fd, POLLIN) ||
	    (flags & MSG_WAITALL && (size_t)queued(fd) < len))
		flags |= MSG_DONTWAIT;
	return flags;
}

/* What a read may have left in memory; by MSG_TRUNC it can say more. */
static void tell_got(long got, const struct place *p)
{
	tell_result(got);
	tell_place(p, p->size);
	tell("\n");
}

void op_read(struct dice *d)
{
	const int fd = pick(d, STREAMS | PIPE, LINKED | FRESH);
	const size_t len = ONE_OF(d, lengths);
	const struct place p = place(d, len);

	if (would_wait("read", fd))
		return;
	tell("read(%d, %s, %zu)", fd, p.how, len);
	tell_got(TRY(read(fd, p.at, len)), &p);
}

/* A vector of up to three parts, itself anywhere. */
struct vector {
	struct place part[3], at;
	int count;
	size_t len;
};

static void vector(struct dice *d, struct vector *v)
{
	struct iovec iov[3];

	v->len = 0;
	for (int i = 0; i < 3; i++) {
		iov[i].iov_len = ONE_OF(d, lengths);
		v->part[i] = place(d, iov[i].iov_len);
		iov[i].iov_base = v->part[i].at;
		v->len += iov[i].iov_len;
	}
	v->count = (int)roll(d, 4);
	v->at = place_copy(d, iov, sizeof *iov * (size_t)v->count);
}

static void tell_vector(const struct vector *v)
{
	for (int i = 0; i < v->count; i++)
		tell_place(&v->part[i], v->part[i].size);
	tell("\n");
}

void op_readv(struct dice *d)
{
	static const int counts[] = { -1, 0, 1 };
	const int fd = pick(d, STREAMS | PIPE, LINKED | FRESH);
	struct vector v;
	int count;

	vector(d, &v);
	count = chance(d, 5) ? ONE_OF(d, counts) : v.count;
	if (would_wait("readv", fd))
		return;
	tell("readv(%d, %s, %d of %zu)", fd, v.at.how, count, v.len);
	/* A count that lies would read our own memory as a vector. */
	if (count > v.count)
		count = v.count;
	tell_result(TRY(readv(fd, v.at.at, count)));
	tell_vector(&v);
}

void op_recv(struct dice *d)
{
	const int fd = pick(d, SOCKETS, LINKED);
	const size_t len = ONE_OF(d, lengths);
	const int flags = flags_for(d, fd, len);
	const struct place p = place(d, len);

	tell("recv(%d, %s, %zu, %#x)", fd, p.how, len, (unsigned)flags);
	tell_got(TRY(recv(fd, p.at, len, flags)), &p);
}

void op_recvfrom(struct dice *d)
{
	static const socklen_t rooms[] = { 128, 28, 16, 7, 0, (socklen_t)-1 };
	const int fd = pick(d, UDP | UNIX_DGRAM | TCP, BOUND | LINKED);
	const size_t len = ONE_OF(d, lengths);
	const int flags = flags_for(d, fd, len);
	const struct place p = place(d, len), name = place(d, 128);
	socklen_t room = ONE_OF(d, rooms);
	const struct place name_len = place_copy(d, &room, sizeof room);
	const socklen_t had = room;
	long got;

	tell("recvfrom(%d, %s, %zu, %#x, %s, %s %d)", fd, p.how, len,
	     (unsigned)flags, name.how, name_len.how, (int)room);
	got = TRY(recvfrom(fd, p.at, len, flags, name.at, name_len.at));
	tell_result(got);
	tell_place(&p, len);
	if (got >= 0 && name_len.size == sizeof room && name.size) {
		memcpy(&room, name_len.at, sizeof room);
		tell(" %d ", (int)room);
		tell_name(name.at, room < had ? room : had, fd);
	}
	tell("\n");
}

/* Descriptors that came along are the program's from now on. */
static void tell_rights(struct msghdr *head)
{
	struct cmsghdr *c;
	int fd;

	for (c = CMSG_FIRSTHDR(head); c; c = CMSG_NXTHDR(head, c)) {
		if (c->cmsg_type != SCM_RIGHTS || c->cmsg_level != SOL_SOCKET)
			continue;
		for (size_t at = CMSG_LEN(0); at + sizeof fd <= c->cmsg_len;
		     at += sizeof fd) {
			memcpy(&fd, (char *)c + at, sizeof fd);
			tell(" came fd %d", fd);
			things_learn(fd);
		}
	}
}

void op_recvmsg(struct dice *d)
{
	_Alignas(struct cmsghdr) char control[64];
	const int fd = pick(d, SOCKETS, chance(d, 50) ? LINKED : ANY);
	struct sockaddr_storage name;
	struct msghdr head = { .msg_name = &name, .msg_namelen = sizeof name,
			       .msg_control = control,
			       .msg_controllen = sizeof control };
	struct vector v;
	struct place at;
	int flags;
	long got;

	vector(d, &v);
	flags = flags_for(d, fd, v.len);
	head.msg_iov = v.at.at;
	head.msg_iovlen = (size_t)v.count;
	at = place_copy(d, &head, sizeof head);
	tell("recvmsg(%d, %s %s %d of %zu, %#x)", fd, at.how, v.at.how,
	     v.count, v.len, (unsigned)flags);
	got = TRY(recvmsg(fd, at.at, flags));
	tell_result(got);
	if (got >= 0 && at.size == sizeof head) {
		memcpy(&head, at.at, sizeof head);
		tell(" flags %#x ", (unsigned)head.msg_flags);
		tell_name(&name, head.msg_namelen, fd);
		tell_rights(&head);
	}
	tell_vector(&v);
}

void op_recvmmsg(struct dice *d)
{
	static const unsigned counts[] = { 0, 1, 2, 3 };
	const int fd = pick(d, SOCKETS, LINKED | BOUND);
	const unsigned count = ONE_OF(d, counts);
	struct timespec now = { 0, 0 };
	struct mmsghdr head[3] = { 0 };
	struct vector v[3];
	struct place at;
	int flags;
	long got;

	for (unsigned i = 0; i < COUNT(v); i++) {
		vector(d, &v[i]);
		head[i].msg_hdr.msg_iov = v[i].at.at;
		head[i].msg_hdr.msg_iovlen = (size_t)v[i].count;
	}
	flags = flags_for(d, fd, 1 << 20) | MSG_DONTWAIT;
	at = place_copy(d, head, sizeof *head * count);
	tell("recvmmsg(%d, %s, %u, %#x)", fd, at.how, count, (unsigned)flags);
	got = TRY(recvmmsg(fd, at.at, count, flags,
			   chance(d, 30) ? &now : NULL));
	tell_result(got);
	for (long i = 0; i < got && at.size == sizeof *head * count; i++) {
		memcpy(&head[i], (struct mmsghdr *)at.at + i, sizeof *head);
		tell(" %u bytes, flags %#x", head[i].msg_len,
		     (unsigned)head[i].msg_hdr.msg_flags);
	}
	for (unsigned i = 0; i < count; i++)
		tell_vector(&v[i]);
	if (!count)
		tell("\n");
}

/* A stream of stdio takes the descriptor and closes it. */
void op_fgets(struct dice *d)
{
	const int fd = pick(d, STREAMS | PIPE, LINKED | FRESH);
	char line[32] = "";
	FILE *stream;
	bool got;

	if (fd >= 0 && is_blocking(fd))
		fcntl(fd, F_SETFL, O_NONBLOCK);
	tell("fdopen(%d)", fd);
	stream = (FILE *)TRY(fdopen(fd, chance(d, 50) ? "r" : "r+"));
	tell_result(stream ? 0 : -1);
	if (stream) {
		got = TRY(fgets(line, sizeof line, stream));
		tell("; fgets");
		tell_result(got ? 0 : -1);
		tell(" \"");
		tell_bytes(line, strlen(line));
		tell("\"; fclose");
		tell_result(TRY(fclose(stream)));
		things_forget(fd, fd);
	}
	tell("\n");
}
