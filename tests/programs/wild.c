/* SPDX-License-Identifier: MIT
 * Every call we stand in front of, with arguments no program should give:
 * NULL and wild pointers, objects flush against an unmapped page, lengths and
 * numbers out of range. Each line is what the kernel answered.
 *
 * The lines are the same bare and mended, or we changed an answer.
 */
#include "probe.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/uio.h>

static int listener, client, served, closed, datagram, file;
static struct sockaddr_in server;
static char bytes[4096];
static volatile int minus_one = -1; /* unseen by the compiler, which warns */

ssize_t __read_chk(int fd, void *buffer, size_t len, size_t room);
ssize_t __recv_chk(int fd, void *buffer, size_t len, size_t room, int flags);

/* Several values of one kind, for every call that takes such. */
static const struct pointer {
	const char *name;
	void *at;
} pointers[] = {
	{ "NULL", NULL },
	{ "8", (void *)8 },
	{ "kernel", (void *)-4096L },
	{ "-1", (void *)-1L },
};

static const struct {
	const char *name;
	int *fd;
} descriptors[] = {
	{ "listener", &listener }, { "served", &served },
	{ "closed", &closed },	   { "datagram", &datagram },
	{ "file", &file },
};

static const int numbers[] = { -1, -2147483647 - 1, 2147483647, 1 << 20,
			       (1 << 20) - 1, 100000, 65536 };

static struct address at_loopback(int port)
{
	struct address a = { .len = sizeof(a.at.v4) };

	a.at.v4.sin_family = AF_INET;
	a.at.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.at.v4.sin_port = htons((uint16_t)port);
	return a;
}

static int tcp(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

/* A number that is sure to be closed, and stays so. */
static int closed_number(void)
{
	int fd = fcntl(0, F_DUPFD, 900);

	close(fd);
	return fd;
}

static void make_sockets(void)
{
	socklen_t len = sizeof(server);

	server = at_loopback(0).at.v4;
	listener = tcp();
	if (bind(listener, (struct sockaddr *)&server, len) ||
	    listen(listener, 16))
		give_up("listen: %s", strerror(errno));
	getsockname(listener, (struct sockaddr *)&server, &len);
	client = tcp();
	connect(client, (struct sockaddr *)&server, sizeof(server));
	served = accept(listener, NULL, NULL);
	fcntl(listener, F_SETFL, O_NONBLOCK);
	fcntl(served, F_SETFL, O_NONBLOCK);
	datagram = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	file = open("/dev/null", O_RDWR);
	closed = closed_number();
}

static void say_fd(const char *what, struct outcome o)
{
	if (o.result >= 0)
		close((int)o.result);
	o.result = o.result < 0 ? -1 : 0; /* which number does not matter */
	say(o, "%s", what);
}

/* ---- reading: data waits in the socket where the length is not 0 */

static void refill(void)
{
	(void)!send(client, "abcdefgh", 8, MSG_NOSIGNAL);
	usleep(1000);
}

static void empty(void)
{
	while (recv(served, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		continue;
}

#define EACH_READER(X, fd, at, len)                                         \
	X("read", read(fd, at, len))                                        \
	X("readv of it", readv(fd, &(struct iovec){ at, len }, 1))          \
	X("recv", recv(fd, at, len, MSG_DONTWAIT))                          \
	X("recv peek", recv(fd, at, len, MSG_DONTWAIT | MSG_PEEK))          \
	X("recv oob", recv(fd, at, len, MSG_DONTWAIT | MSG_OOB))            \
	X("recv flags", recv(fd, at, len, -1 & ~MSG_WAITALL))               \
	X("recvfrom", recvfrom(fd, at, len, MSG_DONTWAIT, NULL, NULL))      \
	X("__read_chk", __read_chk(fd, at, len, (size_t)-1))                \
	X("__recv_chk", __recv_chk(fd, at, len, (size_t)-1, MSG_DONTWAIT))

static void read_into(const char *what, int fd, void *at, size_t len)
{
#define X(name, call)                                                       \
	refill();                                                           \
	say(CALL(call), "%s %s", name, what);                               \
	empty();
	EACH_READER(X, fd, at, len)
#undef X
}

static void message_reads(const char *what, int fd, void *at)
{
	struct msghdr bad_parts = { .msg_iov = at, .msg_iovlen = 1 };
	struct msghdr many = { .msg_iov = at, .msg_iovlen = (size_t)-1 };
	struct iovec part = { bytes, 4 };
	struct msghdr bad_name = { .msg_iov = &part,
				   .msg_iovlen = 1,
				   .msg_name = at,
				   .msg_namelen = 16 };
	struct mmsghdr one = { .msg_hdr = bad_parts };

	say(CALL(readv(fd, at, 1)), "readv %s", what);
	say(CALL(readv(fd, at, minus_one)), "readv %s -1", what);
	say(CALL(readv(fd, at, 0)), "readv %s 0", what);
	say(CALL(recvmsg(fd, at, MSG_DONTWAIT)), "recvmsg %s", what);
	say(CALL(recvmsg(fd, &bad_parts, MSG_DONTWAIT)), "recvmsg iov %s",
	    what);
	say(CALL(recvmsg(fd, &many, MSG_DONTWAIT)), "recvmsg many %s", what);
	say(CALL(recvmsg(fd, &bad_name, MSG_DONTWAIT)), "recvmsg name %s",
	    what);
	say(CALL(recvmmsg(fd, at, 1, MSG_DONTWAIT, NULL)), "recvmmsg %s",
	    what);
	say(CALL(recvmmsg(fd, at, 0, MSG_DONTWAIT, NULL)), "recvmmsg %s 0",
	    what);
	say(CALL(recvmmsg(fd, &one, 1, MSG_DONTWAIT, NULL)),
	    "recvmmsg iov %s", what);
	say(CALL(recvmmsg(fd, &one, 1, MSG_DONTWAIT, at)),
	    "recvmmsg time %s", what);
	say(CALL(recvfrom(fd, bytes, 4, MSG_DONTWAIT, at, at)),
	    "recvfrom from %s", what);
}

static void reads_with_bad_pointers(void)
{
	for (size_t i = 0; i < sizeof(pointers) / sizeof(*pointers); i++) {
		read_into(pointers[i].name, served, pointers[i].at, 4);
		read_into("nothing", served, pointers[i].at, 0);
		read_into("a lot", served, pointers[i].at, (size_t)-1);
		message_reads(pointers[i].name, served, pointers[i].at);
	}
	read_into("at the edge", served, at_edge(4), 4);
	read_into("over the edge", served, at_edge(4), 8);
	for (size_t i = 0; i < sizeof(descriptors) / sizeof(*descriptors); i++) {
		read_into(descriptors[i].name, *descriptors[i].fd, bytes, 4);
		message_reads(descriptors[i].name, *descriptors[i].fd, NULL);
	}
}

/* ---- after the end of the stream, where we do look */

static void reads_after_the_end(void)
{
	struct iovec *part = at_edge(sizeof(*part));

	shutdown(client, SHUT_WR);
	usleep(10000);
	for (size_t i = 0; i < sizeof(pointers) / sizeof(*pointers); i++) {
		read_into("at the end", served, pointers[i].at, 4);
		message_reads("at the end", served, pointers[i].at);
	}
	*part = (struct iovec){ bytes, 4 };
	say(CALL(readv(served, part, 1)), "readv at the end and the edge");
	for (size_t size = sizeof(struct mmsghdr); size; size -= 8) {
		struct msghdr message = { .msg_iov = part, .msg_iovlen = 1 };
		void *at = (char *)part - size;

		memcpy(at, &message,
		       size < sizeof(message) ? size : sizeof(message));
		say(CALL(recvmmsg(served, at, 1, 0, NULL)),
		    "recvmmsg at the end, %zu bytes", size);
	}
}

/* ---- addresses */

static void say_bind(const char *what, int fd, const void *at, socklen_t len)
{
	say(CALL(bind(fd, at, len)), "bind %s %d", what, (int)len);
}

static void say_connect(const char *what, int fd, const void *at,
			socklen_t len)
{
	say(CALL(connect(fd, at, len)), "connect %s %d", what, (int)len);
}

static void with_pointers(void (*call)(const char *, int, const void *,
				       socklen_t))
{
	static const socklen_t lengths[] = { 0, 1, 2, 8, 15, 16, 28, 128, 129,
					     65536, (socklen_t)-1 };

	for (size_t p = 0; p < sizeof(pointers) / sizeof(*pointers); p++)
		for (size_t i = 0; i < sizeof(lengths) / 4; i++) {
			int fd = tcp();

			call(pointers[p].name, fd, pointers[p].at, lengths[i]);
			close(fd);
		}
}

/* The address lies where memory ends; more bytes are claimed than are there. */
static void with_edges(void (*call)(const char *, int, const void *,
				    socklen_t))
{
	struct address a = at_loopback(ntohs(server.sin_port));

	for (socklen_t there = 0; there <= 16; there++)
		for (socklen_t len = 0; len <= 17; len++) {
			char *at = at_edge(there);
			int fd = tcp();

			memcpy(at, &a.at, there);
			call("at the edge", fd, at, len);
			close(fd);
		}
}

static void bad_addresses(void)
{
	with_pointers(say_bind);
	with_pointers(say_connect);
	with_edges(say_bind);
	with_edges(say_connect);
	for (size_t i = 0; i < sizeof(descriptors) / sizeof(*descriptors); i++) {
		int fd = *descriptors[i].fd;

		say_bind(descriptors[i].name, fd, &server, sizeof(server));
		say_connect(descriptors[i].name, fd, NULL, 16);
		say(CALL(listen(fd, -1)), "listen %s", descriptors[i].name);
	}
	while (accept(listener, NULL, NULL) >= 0)
		continue;
}

/* ---- where an answer is to be written */

static void names_of(const char *what, int fd)
{
	socklen_t *len = at_edge(sizeof(*len));

	for (size_t p = 0; p < sizeof(pointers) / sizeof(*pointers); p++) {
		void *at = pointers[p].at;
		socklen_t room = 16, none = 0;

		say(CALL(getsockname(fd, at, at)), "getsockname %s %s %s",
		    what, pointers[p].name, pointers[p].name);
		say(CALL(getsockname(fd, at, &room)), "getsockname %s %s 16",
		    what, pointers[p].name);
		say(CALL(getsockname(fd, at, &none)), "getsockname %s %s 0",
		    what, pointers[p].name);
	}
	for (int there = 0; there <= 16; there++) {
		char *at = at_edge(65536) - there;
		socklen_t room = (socklen_t)there;

		mprotect(at_edge(65536), 65536, PROT_NONE);
		say(CALL(getsockname(fd, (void *)at, &room)),
		    "getsockname %s with room for %d", what, there);
		mprotect(at_edge(65536), 65536, PROT_READ | PROT_WRITE);
	}
	*len = (socklen_t)-1;
	say(CALL(getsockname(fd, (void *)bytes, len)),
	    "getsockname %s with room for -1", what);
}

/* A port that a rule may hold back: the answer is then partly ours. */
static int bound(void)
{
	struct address a = at_loopback(0);
	socklen_t len = a.len;
	int scout = tcp(), fd = tcp();

	bind(scout, &a.at.any, a.len);
	getsockname(scout, &a.at.any, &len);
	close(scout);
	say(CALL(bind(fd, &a.at.any, a.len)), "bind to a port");
	return fd;
}

static void bad_answers(void)
{
	int fd = bound();

	names_of("bound", fd);
	close(fd);
	for (size_t i = 0; i < sizeof(descriptors) / sizeof(*descriptors); i++)
		names_of(descriptors[i].name, *descriptors[i].fd);
	for (size_t p = 0; p < sizeof(pointers) / sizeof(*pointers); p++) {
		void *at = pointers[p].at;
		int dialler = tcp();

		connect(dialler, (struct sockaddr *)&server, sizeof(server));
		usleep(2000);
		say_fd("accept wild", CALL(accept(listener, at, at)));
		say_fd("accept4 wild", CALL(accept4(listener, at, at, 0)));
		say_fd("accept4 flags", CALL(accept4(listener, NULL, NULL, -1)));
		close(dialler);
	}
	while (accept(listener, NULL, NULL) >= 0)
		continue;
}

/* ---- numbers and options */

static void bad_numbers(void)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		const int n = numbers[i];

		say(CALL(close(n)), "close %d", n);
		say(CALL(shutdown(n, SHUT_RD)), "shutdown %d", n);
		say(CALL(shutdown(served, n)), "shutdown served %d", n);
		say(CALL(dup2(n, served)), "dup2 %d served", n);
		say(CALL(dup2(served, n)), "dup2 served %d", n);
		say(CALL(dup3(n, served, 0)), "dup3 %d served", n);
		say(CALL(dup3(served, served, n)), "dup3 served, flags %d", n);
		say(CALL(dup3(served, 901, 0x55555)), "dup3 bad flags");
		say(CALL(listen(n, 5)), "listen %d", n);
		say(CALL(accept(n, NULL, NULL)), "accept %d", n);
		say(CALL(read(n, bytes, 4)), "read %d", n);
		say(CALL(setsockopt(n, SOL_SOCKET, SO_REUSEADDR, &n, 4)),
		    "setsockopt %d", n);
		say(CALL(close_range((unsigned)n, 5, 0)), "close_range %d 5",
		    n);
		say(CALL(close_range(2000000000, 2000000001, n)),
		    "close_range flags %d", n);
		say(CALL(setns(n, 0)), "setns %d", n);
		say(CALL(setns(served, n)), "setns served %d", n);
		say(CALL(unshare(n)), "unshare %d", n);
		say_fd("socket domain", CALL(socket(n, SOCK_STREAM, 0)));
		say_fd("socket type", CALL(socket(AF_INET, n, 0)));
		say_fd("socket protocol",
		       CALL(socket(AF_INET, SOCK_STREAM, n)));
	}
}

static void bad_options(void)
{
	const int fd = tcp();

	for (size_t p = 0; p < sizeof(pointers) / sizeof(*pointers); p++)
		for (int len = -1; len <= 8; len++)
			say(CALL(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR,
					    pointers[p].at, (socklen_t)len)),
			    "setsockopt %s %d", pointers[p].name, len);
	for (int there = 0; there <= 4; there++)
		for (int len = 0; len <= 5; len++) {
			void *at = at_edge((size_t)there);

			memset(at, 0, (size_t)there);
			say(CALL(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, at,
					    (socklen_t)len)),
			    "setsockopt at the edge %d %d", there, len);
		}
	close(fd);
}

/* ---- streams */

static void streams(void)
{
	char memory[16] = "text";
	FILE *stream = fmemopen(memory, sizeof(memory), "r");
	int gone = dup(served);

	say(CALL(fclose(stream)), "fclose of memory");
	stream = fdopen(gone, "r");
	close(gone);
	say(CALL(fclose(stream)), "fclose of a closed descriptor");
	stream = fdopen(dup(served), "w");
	say(CALL(fclose(stream)), "fclose of a socket");
}

int main(void)
{
	make_sockets();
	reads_with_bad_pointers();
	bad_addresses();
	bad_answers();
	bad_options();
	bad_numbers();
	reads_after_the_end();
	streams();
	say(CALL(close(served)), "close served");
	say(CALL(close(served)), "close it again");
	return 0;
}
