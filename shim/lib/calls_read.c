/* SPDX-License-Identifier: MIT
 * The interposers of reading: libc's own call first, then a look at its
 * result, and only when it brought nothing.
 *
 * This is the way of every byte a program reads, so it is counted in
 * instructions: the arguments wait in memory, in no register that would have
 * to be saved, and nothing is looked up.
 */
#include "ends.h"
#include "real.h"

/* What the cold path needs, parked on the stack before the call. */
struct parked {
	size_t len;
	int fd, flags;
};

/* Makes the compiler write `parked` before the call, not keep its parts in
 * registers across it. */
#define PARK(parked) __asm__ volatile("" : : "m"(parked))

#define LIKELY_DATA(got) __builtin_expect((got) > 0, 1)

static __attribute__((noinline)) ssize_t ended(const struct parked *p,
					       ssize_t got)
{
	return read_ended(p->fd, got, p->len, p->flags);
}

/* Body of a read that knows its length; `call` is libc's own. */
#define LOOK_AFTER(call, fd_, len_, flags_)                                    \
	const struct parked parked = { len_, fd_, flags_ };                    \
	ssize_t got;                                                           \
									       \
	PARK(parked);                                                          \
	got = call;                                                            \
	return LIKELY_DATA(got) ? got : ended(&parked, got)

EXPORT ssize_t read(int fd, void *buffer, size_t len)
{
	LOOK_AFTER(real(read)(fd, buffer, len), fd, len, 0);
}

EXPORT ssize_t __read(int fd, void *buffer, size_t len)
{
	LOOK_AFTER(real(__read)(fd, buffer, len), fd, len, 0);
}

EXPORT ssize_t __read_chk(int fd, void *buffer, size_t len, size_t room)
{
	LOOK_AFTER(real(__read_chk)(fd, buffer, len, room), fd, len, 0);
}

EXPORT ssize_t recv(int fd, void *buffer, size_t len, int flags)
{
	LOOK_AFTER(real(recv)(fd, buffer, len, flags), fd, len, flags);
}

EXPORT ssize_t __recv_chk(int fd, void *buffer, size_t len, size_t room,
			  int flags)
{
	LOOK_AFTER(real(__recv_chk)(fd, buffer, len, room, flags), fd, len,
		   flags);
}

EXPORT ssize_t recvfrom(int fd, void *buffer, size_t len, int flags,
			__SOCKADDR_ARG from, socklen_t *from_len)
{
	LOOK_AFTER(real(recvfrom)(fd, buffer, len, flags, from, from_len), fd,
		   len, flags);
}

EXPORT ssize_t __recvfrom_chk(int fd, void *buffer, size_t len, size_t room,
			      int flags, __SOCKADDR_ARG from,
			      socklen_t *from_len)
{
	LOOK_AFTER(real(__recvfrom_chk)(fd, buffer, len, room, flags, from,
					from_len),
		   fd, len, flags);
}

/* The kernel took the array, so it can be read. */
static size_t length_of(const struct iovec *iov, size_t count)
{
	size_t len = 0;

	for (size_t i = 0; i < count; i++)
		len += iov[i].iov_len;
	return len;
}

EXPORT ssize_t readv(int fd, const struct iovec *iov, int count)
{
	const ssize_t got = real(readv)(fd, iov, count);

	if (LIKELY_DATA(got))
		return got;
	return read_ended(fd, got, got ? 0 : length_of(iov, (size_t)count), 0);
}

static size_t message_length(const struct msghdr *m)
{
	return length_of(m->msg_iov, m->msg_iovlen);
}

EXPORT ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	const ssize_t got = real(recvmsg)(fd, message, flags);

	if (LIKELY_DATA(got))
		return got;
	return read_ended(fd, got, got ? 0 : message_length(message), flags);
}

EXPORT int recvmmsg(int fd, struct mmsghdr *messages, unsigned count,
		    int flags, struct timespec *timeout)
{
	const int got = real(recvmmsg)(fd, messages, count, flags, timeout);

	if (got < 0)
		return (int)read_ended(fd, got, 0, flags);
	/* On a stream the end of file is a first message of no bytes. */
	if (!got || messages->msg_len ||
	    !read_ended(fd, 0, message_length(&messages->msg_hdr), flags))
		return got;
	return -1;
}
