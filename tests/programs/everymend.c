/* SPDX-License-Identifier: MIT
 * A server and its clients in one process, with a story for every mend; each
 * story is right with the mend and without it, so what is printed is the same
 * however many mends fall away.
 *
 *   everymend HOST [STORY]...     HOST: an address of this host
 *
 * tests/faults/every-mend.conf has the rules, by the port of the server. Prints
 * "STORY: fine" for each, or stops at the first call that went wrong.
 */
#include "probe.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum {
	PATIENT = 4000, /* watched for an hour: nothing may happen */
	HASTY,		/* idle, escalated */
	LEAKY,		/* close_wait, reclaimed always */
	PRESSED,	/* close_wait, reclaimed under pressure */
	NEWER,		/* superseded by a newer one of the same peer */
	SPINNING,	/* eof, answered with a reset */
	HALF,		/* close_wait, that respects a half-close */
	FIXED = 4020,	/* a client's own port */
};

static const char *host;
static struct address at;

static struct sockaddr_in *of_port(unsigned port)
{
	at.at.v4.sin_port = htons((uint16_t)port);
	return &at.at.v4;
}

static struct sockaddr *any_of(struct sockaddr_in *in)
{
	return (struct sockaddr *)(void *)in;
}

/* The call must succeed, and must leave errno alone. */
static long well(struct outcome o, const char *what)
{
	if (o.result < 0)
		give_up("%s: %s", what, strerrorname_np(o.error));
	if (o.error != ERRNO_BEFORE)
		give_up("%s: errno became %d", what, o.error);
	return o.result;
}

#define WELL(call) well(CALL(call), #call)

static void must(int ok, const char *what)
{
	if (!ok)
		give_up("not so: %s", what);
}

#define MUST(it) must(it, #it)

static unsigned own_port(int fd)
{
	struct sockaddr_in name;
	socklen_t len = sizeof(name);

	WELL(getsockname(fd, any_of(&name), &len));
	MUST(len == sizeof(name) && name.sin_family == AF_INET);
	return ntohs(name.sin_port);
}

static int make_socket(void)
{
	return (int)WELL(socket(AF_INET, SOCK_STREAM, 0));
}

static int bind_to(int fd, unsigned port)
{
	return bind(fd, any_of(of_port(port)), sizeof(struct sockaddr_in));
}

/* Clients close first, so that no port of a server is in TIME_WAIT. */
static int make_listener(unsigned port)
{
	const int fd = make_socket();

	WELL(bind_to(fd, port));
	MUST(own_port(fd) == port);
	MUST(bind_to(fd, port) == -1 && errno == EINVAL);
	WELL(listen(fd, 16));
	MUST(own_port(fd) == port);
	return fd;
}

struct pair {
	int client, served;
};

static int call_server(unsigned port)
{
	const int fd = make_socket();

	WELL(connect(fd, any_of(of_port(port)), sizeof(struct sockaddr_in)));
	return fd;
}

static struct pair make_pair(int listener, unsigned port)
{
	struct pair p = { .client = call_server(port) };
	struct sockaddr_in from;
	socklen_t len = sizeof(from);

	p.served = (int)WELL(accept(listener, any_of(&from), &len));
	MUST(ntohs(from.sin_port) == own_port(p.client));
	return p;
}

static void end_pair(const struct pair *p)
{
	WELL(close(p->client));
	WELL(close(p->served));
}

/* A pattern one way: nothing is lost, nothing comes twice. */
static void send_over(int from, int to, unsigned char seed)
{
	unsigned char out[1000], in[1000];
	size_t have = 0;

	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (unsigned char)(seed + i * 7);
	MUST(WELL(send(from, out, sizeof(out), MSG_NOSIGNAL)) == sizeof(out));
	while (have < sizeof(in))
		have += (size_t)WELL(read(to, in + have, sizeof(in) - have));
	MUST(!memcmp(in, out, sizeof(in)));
}

static void talk(int one, int other)
{
	for (unsigned char i = 0; i < 3; i++) {
		send_over(one, other, i);
		send_over(other, one, (unsigned char)(100 + i));
	}
}

/* Wait until there is something to read: an end that a mend made, perhaps. */
static int comes_within(int fd, int milliseconds)
{
	struct pollfd event = { .fd = fd, .events = POLLIN };

	return poll(&event, 1, milliseconds) == 1;
}

/* An end, by a mend or by the peer: 0, or a reset. */
static int is_end(ssize_t got)
{
	return got == 0 || (got < 0 && errno == ECONNRESET);
}

/* ---- the stories */

static void tell_fixed_port(void)
{
	const int listener = make_listener(PATIENT);

	for (int i = 0; i < 2; i++) {
		struct pair p = { .client = make_socket() };

		if (bind_to(p.client, FIXED) ||
		    connect(p.client, any_of(of_port(PATIENT)),
			    sizeof(struct sockaddr_in))) {
			/* Unmended, and it has been used before. */
			MUST(i && (errno == EADDRINUSE ||
				   errno == EADDRNOTAVAIL));
			WELL(close(p.client));
			break;
		}
		p.served = (int)WELL(accept4(listener, NULL, NULL,
					     SOCK_CLOEXEC));
		talk(p.client, p.served);
		end_pair(&p);
	}
	WELL(close(listener));
}

/* A port held back, and then listened on after all, or bound in a child. */
static void tell_held_port(void)
{
	const int fd = make_socket();
	struct sockaddr_in name;
	socklen_t len = 4;
	int copy;

	WELL(bind_to(fd, FIXED + 1));
	WELL(getsockname(fd, any_of(&name), &len));
	MUST(len == sizeof(name) && ntohs(name.sin_port) == FIXED + 1);
	copy = (int)WELL(dup(fd));
	WELL(close(fd));
	MUST(own_port(copy) == FIXED + 1);
	WELL(listen(copy, 4));
	WELL(close(call_server(FIXED + 1)));
	WELL(close(copy));
}

static void tell_options(void)
{
	const int listener = make_listener(PATIENT);
	struct pair p = make_pair(listener, PATIENT);
	int no = 0, both[2] = { p.client, p.served };
	socklen_t len = sizeof(no);

	for (int i = 0; i < 2; i++) {
		WELL(setsockopt(both[i], SOL_SOCKET, SO_KEEPALIVE, &no, len));
		WELL(setsockopt(both[i], SOL_SOCKET, SO_REUSEADDR, &no, len));
		WELL(getsockopt(both[i], SOL_SOCKET, SO_ERROR, &no, &len));
		MUST(no == 0);
	}
	MUST(setsockopt(p.client, SOL_SOCKET, SO_KEEPALIVE, NULL, len) == -1);
	MUST(errno == EFAULT);
	talk(p.client, p.served);
	end_pair(&p);
	WELL(close(listener));
}

static void tell_idle(void)
{
	const int listener = make_listener(HASTY);
	struct pair p[3];
	char byte;

	for (int i = 0; i < 3; i++)
		p[i] = make_pair(listener, HASTY);
	for (int i = 0; i < 3; i++) {
		if (comes_within(p[i].served, 60))
			MUST(is_end(recv(p[i].served, &byte, 1, 0)));
		else
			talk(p[i].client, p[i].served);
	}
	usleep(20000);
	for (int i = 0; i < 3; i++) {
		const ssize_t got = recv(p[i].served, &byte, 1, MSG_DONTWAIT);

		MUST(is_end(got) || errno == EAGAIN);
		end_pair(&p[i]);
	}
	WELL(close(listener));
}

static void tell_eof(void)
{
	const int listener = make_listener(SPINNING);
	struct pair p = make_pair(listener, SPINNING);
	char byte;

	talk(p.client, p.served);
	WELL(close(p.client));
	MUST(recv(p.served, &byte, 1, 0) == 0);
	for (int i = 0; i < 6; i++)
		MUST(is_end(read(p.served, &byte, 1)));
	WELL(close(p.served));
	WELL(close(listener));
}

/* Leave some for ever, and open others meanwhile. */
static void leak(unsigned port)
{
	const int listener = make_listener(port);
	struct pair p;
	char byte;

	for (int i = 0; i < 2; i++) {
		p = make_pair(listener, port);
		WELL(close(p.client));
		MUST(is_end(recv(p.served, &byte, 1, 0)));
	}
	for (int i = 0; i < 8; i++) {
		usleep(8000);
		p = make_pair(listener, port);
		talk(p.client, p.served);
		end_pair(&p);
	}
	WELL(close(listener));
}

static void tell_leaks(void)
{
	leak(LEAKY);
}

static void tell_leaks_under_pressure(void)
{
	struct rlimit before, low;

	getrlimit(RLIMIT_NOFILE, &before);
	low = before;
	low.rlim_cur = 16;
	setrlimit(RLIMIT_NOFILE, &low);
	leak(PRESSED);
	setrlimit(RLIMIT_NOFILE, &before);
}

static void tell_half_close(void)
{
	const int listener = make_listener(HALF);
	struct pair p = make_pair(listener, HALF);
	char byte;

	send_over(p.client, p.served, 1);
	WELL(shutdown(p.client, SHUT_WR));
	MUST(WELL(recv(p.served, &byte, 1, 0)) == 0);
	usleep(40000);
	send_over(p.served, p.client, 2);
	end_pair(&p);
	WELL(close(listener));
}

static void tell_newer(void)
{
	const int listener = make_listener(NEWER);
	struct pair older = make_pair(listener, NEWER),
		    newer = make_pair(listener, NEWER);
	char byte;

	if (comes_within(older.served, 40))
		MUST(is_end(recv(older.served, &byte, 1, 0)));
	talk(newer.client, newer.served);
	end_pair(&older);
	/* Another waits in the queue while this one is served. */
	older.client = call_server(NEWER);
	if (comes_within(newer.served, 60))
		MUST(is_end(recv(newer.served, &byte, 1, 0)));
	end_pair(&newer);
	older.served = (int)WELL(accept(listener, NULL, NULL));
	talk(older.client, older.served);
	end_pair(&older);
	WELL(close(listener));
}

static void tell_self_connect(void)
{
	const int fd = make_socket();
	unsigned port;

	WELL(bind_to(fd, 0));
	port = own_port(fd);
	if (connect(fd, any_of(of_port(port)), sizeof(struct sockaddr_in)))
		MUST(errno == ECONNREFUSED);
	else
		talk(fd, fd);
	WELL(close(fd));
}

static void tell_fork(void)
{
	const int listener = make_listener(PATIENT);
	struct pair p = make_pair(listener, PATIENT);
	pid_t child;
	int status;

	fflush(stdout);
	child = (pid_t)WELL(fork());
	if (!child) {
		talk(p.served, p.client);
		p = make_pair(listener, PATIENT);
		talk(p.client, p.served);
		end_pair(&p);
		exit(7);
	}
	MUST(waitpid(child, &status, 0) == child);
	MUST(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	talk(p.client, p.served);
	end_pair(&p);
	WELL(close(listener));
}

static void tell_copies(void)
{
	const int listener = make_listener(PATIENT);
	struct pair p = make_pair(listener, PATIENT),
		    q = make_pair(listener, PATIENT);
	FILE *stream;

	MUST(WELL(dup2(p.served, q.served)) == q.served);
	MUST(dup3(p.served, q.served, ~0) == -1 && errno == EINVAL);
	WELL(close(p.served));
	talk(p.client, q.served);
	WELL(close(q.client));
	WELL(unshare(CLONE_FS));
	talk(p.client, q.served);
	stream = fdopen(q.served, "r");
	MUST(stream != NULL);
	WELL(fclose(stream));
	MUST(WELL(recv(p.client, &q, 1, 0)) == 0);
	WELL(close_range((unsigned)p.client, (unsigned)p.client, 0));
	MUST(close(p.client) == -1 && errno == EBADF);
	WELL(close(listener));
}

static void tell_others(void)
{
	int two[2];
	int udp = (int)WELL(socket(AF_INET, SOCK_DGRAM, 0));

	WELL(bind_to(udp, PATIENT));
	MUST(own_port(udp) == PATIENT);
	WELL(close(udp));
	WELL(socketpair(AF_UNIX, SOCK_STREAM, 0, two));
	talk(two[0], two[1]);
	WELL(close(two[0]));
	MUST(WELL(read(two[1], &udp, 1)) == 0);
	WELL(close(two[1]));
	MUST(accept(-1, NULL, NULL) == -1 && errno == EBADF);
	MUST(connect(0, any_of(of_port(1)), sizeof(struct sockaddr_in)) == -1);
	MUST(errno == ENOTSOCK);
}

static const struct story {
	const char *name;
	void (*tell)(void);
} stories[] = {
	{ "fixed_port", tell_fixed_port },
	{ "held_port", tell_held_port },
	{ "options", tell_options },
	{ "idle", tell_idle },
	{ "eof", tell_eof },
	{ "leaks", tell_leaks },
	{ "leaks_under_pressure", tell_leaks_under_pressure },
	{ "half_close", tell_half_close },
	{ "newer", tell_newer },
	{ "self_connect", tell_self_connect },
	{ "fork", tell_fork },
	{ "copies", tell_copies },
	{ "others", tell_others },
};

static int is_wanted(const char *name, char **wanted)
{
	if (!*wanted)
		return 1;
	for (; *wanted; wanted++)
		if (!strcmp(*wanted, name))
			return 1;
	return 0;
}

int main(int argc, char **argv)
{
	char name[80];

	if (argc < 2)
		give_up("everymend HOST [STORY]...");
	host = argv[1];
	snprintf(name, sizeof(name), "%s:0", host);
	at = address_of(name);
	for (const struct story *s = stories;
	     s < stories + sizeof(stories) / sizeof(*stories); s++) {
		if (!is_wanted(s->name, argv + 2))
			continue;
		s->tell();
		printf("%s: fine\n", s->name);
		fflush(stdout);
	}
	return 0;
}
