/* SPDX-License-Identifier: MIT
 * Preloaded into the programs of the peer where the test has no network
 * namespace: a socket that is bound to no address, or to $HERE, which stands for
 * the wildcard there, gets $PEER, as on a host that has this address alone. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

typedef int address_call(int, const struct sockaddr *, socklen_t);

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static int switched_on(int s, const char *name, int level, int option)
{
	static const int one = 1;

	return getenv(name) && setsockopt(s, level, option, &one, sizeof(one));
}

/* An IPv4 address of the environment; with IPv6, as a mapped one. */
static int address_named(const char *name, int family, void *out)
{
	const char *text = getenv(name);
	unsigned char *bytes = out;

	if (!text)
		return 0;
	if (family == AF_INET)
		return inet_pton(AF_INET, text, bytes);
	memset(bytes, 0, 10);
	memset(bytes + 10, 0xff, 2);
	return inet_pton(AF_INET, text, bytes + 12);
}

static void name_the_peer(union address *a)
{
	static const struct in6_addr any;
	const int v4 = a->any.sa_family == AF_INET;
	void *bytes = v4 ? (void *)&a->v4.sin_addr : (void *)&a->v6.sin6_addr;
	const size_t size = v4 ? 4 : 16;
	struct in6_addr here;

	if (memcmp(bytes, &any, size) == 0 ||
	    (address_named("HERE", a->any.sa_family, &here) &&
	     memcmp(bytes, &here, size) == 0))
		address_named("PEER", a->any.sa_family, bytes);
}

static int is_inet(const struct sockaddr *a, socklen_t len)
{
	return a && ((a->sa_family == AF_INET && len >= sizeof(struct sockaddr_in)) ||
		     (a->sa_family == AF_INET6 && len >= sizeof(struct sockaddr_in6)));
}

int bind(int s, const struct sockaddr *a, socklen_t len)
{
	address_call *real = (address_call *)dlsym(RTLD_NEXT, "bind");
	union address b;

	if (!is_inet(a, len) || len > sizeof(b))
		return real(s, a, len);
	memcpy(&b, a, len);
	name_the_peer(&b);
	switched_on(s, "PEER_REUSES", SOL_SOCKET, SO_REUSEADDR);
	return real(s, &b.any, len);
}

int connect(int s, const struct sockaddr *a, socklen_t len)
{
	address_call *real = (address_call *)dlsym(RTLD_NEXT, "connect");
	address_call *real_bind = (address_call *)dlsym(RTLD_NEXT, "bind");
	union address b;
	socklen_t size = sizeof(b);
	const int saved = errno;
	static const int one = 1, zero = 0;

	if (is_inet(a, len) && getsockname(s, &b.any, &size) == 0 &&
	    is_inet(&b.any, size)) {
		switched_on(s, "PEER_FORGETS", IPPROTO_TCP, TCP_LINGER2);
		if (b.v4.sin_port == 0) {
			name_the_peer(&b);
			setsockopt(s, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
			real_bind(s, &b.any, size);
			setsockopt(s, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &zero, sizeof(zero));
		}
	}
	errno = saved;
	return real(s, a, len);
}
