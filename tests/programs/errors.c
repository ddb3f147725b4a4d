/* SPDX-License-Identifier: MIT
 * A read that fails because probes of the peer were not answered, by each
 * reading call, and what errno is then.
 *
 *   errors PORT [POLICY NEW]
 *
 * Connects to 127.0.0.1:PORT once for each call, says "ready" and waits for a
 * line: from then on the peer must be silent. With POLICY, the file NEW
 * replaces it after a first read, before any connection is made.
 */
#include "probe.h"

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/uio.h>

static char bytes[64];
static struct iovec room = { bytes, sizeof(bytes) };

static ssize_t by_read(int fd)
{
	return read(fd, bytes, sizeof(bytes));
}

static ssize_t by_readv(int fd)
{
	return readv(fd, &room, 1);
}

static ssize_t by_recv(int fd)
{
	return recv(fd, bytes, sizeof(bytes), 0);
}

static ssize_t by_recvfrom(int fd)
{
	return recvfrom(fd, bytes, sizeof(bytes), 0, NULL, NULL);
}

static ssize_t by_recvmsg(int fd)
{
	struct msghdr head = { .msg_iov = &room, .msg_iovlen = 1 };

	return recvmsg(fd, &head, 0);
}

/* One message of no bytes, or none: an end of file either way. */
static ssize_t by_recvmmsg(int fd)
{
	struct mmsghdr one = { .msg_hdr = { .msg_iov = &room,
					    .msg_iovlen = 1 } };
	const int got = recvmmsg(fd, &one, 1, 0, NULL);

	return got == 1 ? (ssize_t)one.msg_len : got;
}

static const struct {
	const char *name;
	ssize_t (*call)(int fd);
} readers[] = {
	{ "read", by_read },	   { "readv", by_readv },
	{ "recv", by_recv },	   { "recvfrom", by_recvfrom },
	{ "recvmsg", by_recvmsg }, { "recvmmsg", by_recvmmsg },
};
#define READERS (sizeof(readers) / sizeof(*readers))

static int call_peer(const char *port)
{
	const int one = 1;
	struct sockaddr_in peer = { .sin_family = AF_INET,
				    .sin_port = htons((uint16_t)atoi(port)) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, (struct sockaddr *)&peer, sizeof(peer)))
		give_up("connect: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &one, sizeof(one));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &one, sizeof(one));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &one, sizeof(one));
	return fd;
}

/* Every reading call is used once, so that whatever is decided at its first
 * use was decided under the former policy. */
static void read_all_ways(void)
{
	for (size_t i = 0; i < READERS; i++) {
		int ends[2];

		if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) ||
		    write(ends[1], "x", 1) != 1)
			give_up("socketpair");
		readers[i].call(ends[0]);
		close(ends[0]);
		close(ends[1]);
	}
}

/* The file is looked at once a second, when a socket is made. */
static void replace(const char *policy, const char *new)
{
	close(socket(AF_INET, SOCK_STREAM, 0));
	read_all_ways();
	if (rename(new, policy))
		give_up("rename: %s", strerror(errno));
	poll(NULL, 0, 1200);
}

int main(int argc, char **argv)
{
	int fds[READERS];
	char line[8];

	if (argc != 2 && argc != 4)
		give_up("errors PORT [POLICY NEW]");
	if (argc == 4)
		replace(argv[2], argv[3]);
	for (size_t i = 0; i < READERS; i++)
		fds[i] = call_peer(argv[1]);
	printf("ready\n");
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		return 2;
	for (size_t i = 0; i < READERS; i++) {
		struct pollfd wait = { .fd = fds[i], .events = POLLIN };

		poll(&wait, 1, 20000 * patience());
		say(CALL(readers[i].call(fds[i])), "%s", readers[i].name);
		say(CALL(readers[i].call(fds[i])), "%s again",
		    readers[i].name);
	}
	return 0;
}
