/* SPDX-License-Identifier: MIT
 * Addresses to bind, and to reach.
 */
#include "targets.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct name name_v4(const char *host, int port)
{
	struct name n = { .len = sizeof n.at.v4 };

	n.at.v4.sin_family = AF_INET;
	n.at.v4.sin_port = htons((uint16_t)port);
	inet_pton(AF_INET, host, &n.at.v4.sin_addr);
	return n;
}

static struct name name_v6(const char *host, int port)
{
	struct name n = { .len = sizeof n.at.v6 };

	n.at.v6.sin6_family = AF_INET6;
	n.at.v6.sin6_port = htons((uint16_t)port);
	inet_pton(AF_INET6, host, &n.at.v6.sin6_addr);
	return n;
}

static struct name name_unix(int number)
{
	struct name n = { .len = 0 };
	const int len = snprintf(n.at.un.sun_path + 1, 32, "d%u-%d",
				 scene.number, number);

	n.at.un.sun_family = AF_UNIX;
	n.len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1) +
		(socklen_t)len;
	return n;
}

struct name name_of_kind(unsigned kind, struct dice *d, int port)
{
	static const char *const v4[] = {
		"127.0.0.1", "127.0.0.1", "127.0.0.1",
		"0.0.0.0",   "127.0.0.2", "192.0.2.1",
	};
	static const char *const v6[] = { "::1", "::1", "::",
					  "::ffff:127.0.0.1", "2001:db8::1" };

	if (kind & (TCP6 | UDP6))
		return name_v6(d ? ONE_OF(d, v6) : *v6, port);
	if (kind & UNIX)
		return name_unix(port);
	return name_v4(d ? ONE_OF(d, v4) : *v4, port);
}

unsigned kind_known(int fd)
{
	return fd >= 0 && fd < TABLE ? things[fd].kind : 0;
}

/* A port of this op alone, where a rule may set SO_REUSEADDR by itself; else
 * one of few. Where the kernel chooses, both are as good. */
int own_port(struct dice *d, unsigned kind)
{
	const int first = scene.port - 2 * scene.op;

	if (chance(d, 12) && !(kind & UNIX))
		return 0;
	return scene.style == REUSER ? first + (int)roll(d, 4) : scene.port;
}

struct name name_to_bind(struct dice *d, int fd)
{
	unsigned kind = kind_known(fd);

	if (scene.style == SINGLE && kind && things[fd].role != FRESH)
		return name_of_kind(kind, NULL, scene.port);
	if (!kind || chance(d, 4))
		kind = 1u << roll(d, 6);
	return name_of_kind(kind, d, own_port(d, kind));
}

struct name seen_as(struct name n, unsigned kind)
{
	static const unsigned char mapped[12] = { [10] = 0xff, 0xff };
	struct name to = n;

	if (n.at.any.sa_family == AF_INET) {
		if (!n.at.v4.sin_addr.s_addr)
			n.at.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		if (!(kind & (TCP6 | UDP6)))
			return n;
		to = name_v6("::", ntohs(n.at.v4.sin_port));
		memcpy(&to.at.v6.sin6_addr, mapped, 12);
		memcpy(to.at.v6.sin6_addr.s6_addr + 12, &n.at.v4.sin_addr, 4);
	} else if (n.at.any.sa_family == AF_INET6) {
		if (kind & (TCP4 | UDP4))
			return name_v4("127.0.0.1", ntohs(n.at.v6.sin6_port));
		if (IN6_IS_ADDR_UNSPECIFIED(&n.at.v6.sin6_addr))
			to.at.v6.sin6_addr = in6addr_loopback;
	}
	return to;
}

/* A socket that calls itself (simultaneous open, RFC 9293 3.5), on a port that
 * is not in the local range: those are what self_connect is about. It may try
 * to listen there afterwards, so it has SO_REUSEADDR of its own. */
static bool names_itself(int fd, unsigned kind, struct name *n)
{
	*n = (struct name){ .len = sizeof n->at };
	/* Both families have their port at the same place. */
	return scene.style == REUSER && kind & TCP &&
	       !syscall(SYS_getsockname, fd, &n->at, &n->len) &&
	       n->at.v6.sin6_port && ntohs(n->at.v6.sin6_port) < 32768;
}

struct name name_to_reach(struct dice *d, int fd)
{
	const unsigned kind = kind_known(fd);
	struct name n;
	int server;

	if (chance(d, 4) && names_itself(fd, kind, &n))
		return seen_as(n, kind);
	if (kind & STREAMS)
		server = pick(d, kind & TCP ? TCP : UNIX_STREAM, LISTENING);
	else
		server = pick(d, kind & UDP ? UDP : UNIX_DGRAM, BOUND | LINKED);
	if (chance(d, 5)) /* nobody */
		return name_of_kind(kind, d, 1);
	/* Not another that is only bound: see postures.c. */
	if (kind_known(server) & TCP && !is_listening(server))
		return name_of_kind(kind, d, 1);
	n = (struct name){ .len = sizeof n.at };
	if (syscall(SYS_getsockname, server, &n.at, &n.len))
		return name_of_kind(kind ? kind : TCP4, d, 1);
	if (n.len > sizeof n.at)
		n.len = sizeof n.at;
	return seen_as(n, kind);
}
