/* SPDX-License-Identifier: MIT
 * The interposers of reading: libc's own call first, then a look at its
 * result, and only when it brought nothing.
 *
 * This is the way of every byte a program reads, so it is counted in
 * instructions: nothing is looked up, libc's function is one indirect call
 * away, and what the rare case will want waits in memory, not in registers
 * that would have to be saved.
 */
#include <errno.h>

#include "socket/eof.h"
#include "socket/inherited.h"
#include "interpose/real.h"
#include "state/context.h"

/* Parked before the call for the case that it brings nothing. */
struct plain {
	size_t len;
	int fd;
};

struct flagged {
	size_t len;
	int fd, flags;
};

struct vector {
	const struct iovec *iov;
	int fd, count;
};

struct message {
	const struct msghdr *head;
	int fd, flags;
};

struct messages {
	const struct mmsghdr *first;
	int fd, flags;
};

static bool some_rule_gives_eof(void)
{
	const struct policy *policy = &context()->policy;

	for (unsigned i = 0; i < policy->count; i++)
		if (rule_value(&policy->rule[i], ERRORS) == ERRORS_EOF)
			return true;
	return false;
}

/* One interposed read. `kind` is what is parked, ( … ) its fields,
 * ended_kind the rare case; `brought` says whether data came. The pointer
 * starts at a function that finds libc's own; it is not atomic, for that is an
 * instruction more: an aligned pointer is stored whole, and all stores are the
 * same. */
#define READER(type, name, kind, rule_options, brought, params, args)          \
	static type first_##name params;                                       \
	static __typeof__(&name) next_##name = first_##name;                   \
                                                                               \
	/* Where a rule gives errors as the end of file: errno stays as it     \
	 * was before the call. */                                             \
	static type careful_##name params                                      \
	{                                                                      \
		const int before = errno;                                      \
		const type got = real(name) args;                              \
                                                                               \
		if (got >= 0 || !read_error_is_eof(fd, errno))                 \
			return got;                                            \
		errno = before;                                                \
		return 0;                                                      \
	}                                                                      \
                                                                               \
	/* Looked at twice: the rules may be replaced in between, and then     \
	 * reads_rules_changed() came too early for what is stored here. */    \
	static type first_##name params                                        \
	{                                                                      \
		bool gives;                                                    \
                                                                               \
		do {                                                           \
			gives = some_rule_gives_eof();                         \
			next_##name = gives ? careful_##name : real(name);     \
		} while (gives != some_rule_gives_eof());                      \
		return gives ? careful_##name args : real(name) args;          \
	}                                                                      \
                                                                               \
	EXPORT type name params                                                \
	{                                                                      \
		const struct kind parked = UNWRAP rule_options;                \
		type got;                                                      \
                                                                               \
		/* Has `parked` written now, not kept across the call. */      \
		__asm__ volatile("" : : "m"(parked));                          \
		got = next_##name args;                                        \
		if (__builtin_expect(brought, 1))                              \
			return got;                                            \
		return ended_##kind(&parked, got);                             \
	}

#define UNWRAP(...)                                                            \
	{                                                                      \
		__VA_ARGS__                                                    \
	}

#define RARE static __attribute__((noinline)) ssize_t

/* What the kernel has taken without EFAULT can be read here too. */
static size_t length_of(const struct iovec *iov, size_t count)
{
	size_t len = 0;

	for (size_t i = 0; i < count; i++)
		len += iov[i].iov_len;
	return len;
}

RARE ended_plain(const struct plain *p, ssize_t got)
{
	return read_without_data(p->fd, got, p->len, 0);
}

RARE ended_flagged(const struct flagged *p, ssize_t got)
{
	return read_without_data(p->fd, got, p->len, p->flags);
}

RARE ended_vector(const struct vector *p, ssize_t got)
{
	const size_t len = got ? 0 : length_of(p->iov, (size_t)p->count);

	return read_without_data(p->fd, got, len, 0);
}

static size_t message_length(const struct msghdr *head)
{
	return length_of(head->msg_iov, (size_t)head->msg_iovlen);
}

RARE ended_message(const struct message *p, ssize_t got)
{
	if (got >= 0 && p->head->msg_controllen)
		inherited_received(p->head);
	if (got > 0)
		return got;
	return read_without_data(p->fd, got, got ? 0 : message_length(p->head),
				 p->flags);
}

#define BYTES got > 0

READER(ssize_t, read, plain, (len, fd), BYTES, (int fd, void *to, size_t len),
       (fd, to, len))

READER(ssize_t, __read, plain, (len, fd), BYTES, (int fd, void *to, size_t len),
       (fd, to, len))

READER(ssize_t, __read_chk, plain, (len, fd), BYTES,
       (int fd, void *to, size_t len, size_t room), (fd, to, len, room))

READER(ssize_t, recv, flagged, (len, fd, flags), BYTES,
       (int fd, void *to, size_t len, int flags), (fd, to, len, flags))

READER(ssize_t, __recv_chk, flagged, (len, fd, flags), BYTES,
       (int fd, void *to, size_t len, size_t room, int flags),
       (fd, to, len, room, flags))

READER(ssize_t, recvfrom, flagged, (len, fd, flags), BYTES,
       (int fd, void *to, size_t len, int flags, __SOCKADDR_ARG from,
	socklen_t *from_len),
       (fd, to, len, flags, from, from_len))

READER(ssize_t, __recvfrom_chk, flagged, (len, fd, flags), BYTES,
       (int fd, void *to, size_t len, size_t room, int flags,
	__SOCKADDR_ARG from, socklen_t *from_len),
       (fd, to, len, room, flags, from, from_len))

READER(ssize_t, readv, vector, (iov, fd, count), BYTES,
       (int fd, const struct iovec *iov, int count), (fd, iov, count))

/* Data alone: control data may be descriptors. */
READER(ssize_t, recvmsg, message, (head, fd, flags),
       got > 0 && !parked.head->msg_controllen,
       (int fd, struct msghdr *head, int flags), (fd, head, flags))

/* It counts messages: on a stream the end of file is one of no bytes. */
static __attribute__((noinline)) int ended_messages(const struct messages *p,
						    int got)
{
	size_t len;

	if (got < 0)
		return (int)read_without_data(p->fd, got, 0, p->flags);
	if (!got || p->first->msg_len)
		return got;
	len = message_length(&p->first->msg_hdr);
	return read_without_data(p->fd, 0, len, p->flags) ? -1 : got;
}

/* A first message of as many bytes as there are messages is not empty; this
 * comparison is an instruction shorter than one with 0. */
READER(int, recvmmsg, messages, (first, fd, (int)flags),
       got > 0 && parked.first->msg_len >= (unsigned)got,
       (int fd, struct mmsghdr *first, unsigned count, messages_flags flags,
	struct timespec *timeout),
       (fd, first, count, flags, timeout))

#ifdef __i386__
READER(ssize_t, __recvmsg64, message, (head, fd, flags),
       got > 0 && !parked.head->msg_controllen,
       (int fd, struct msghdr *head, int flags), (fd, head, flags))

READER(int, __recvmmsg64, messages, (first, fd, flags),
       got > 0 && parked.first->msg_len >= (unsigned)got,
       (int fd, struct mmsghdr *first, unsigned count, int flags,
	void *timeout),
       (fd, first, count, flags, timeout))
#endif

/* Other rules: each call decides anew, at its next use, whether it must keep
 * errno. A read that waits now is answered under the former ones. */
void reads_rules_changed(void)
{
	next_read = first_read;
	next___read = first___read;
	next___read_chk = first___read_chk;
	next_recv = first_recv;
	next___recv_chk = first___recv_chk;
	next_recvfrom = first_recvfrom;
	next___recvfrom_chk = first___recvfrom_chk;
	next_readv = first_readv;
	next_recvmsg = first_recvmsg;
	next_recvmmsg = first_recvmmsg;
#ifdef __i386__
	next___recvmsg64 = first___recvmsg64;
	next___recvmmsg64 = first___recvmmsg64;
#endif
}
