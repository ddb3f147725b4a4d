/* SPDX-License-Identifier: MIT
 * Who holds a local port: a scratch socket for whether, sock_diag(7) for who.
 *
 * EADDRINUSE alone does not tell a listener from a TIME_WAIT; sock_diag does,
 * also to programs without privilege.
 */
#include "mend/port_owner.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <netinet/in.h>
#include <string.h>

#include "sys/inet_diag.h"
#include "sys/kernel.h"

#ifndef SO_BINDTOIFINDEX
#define SO_BINDTOIFINDEX 62 /* Linux 5.0 */
#endif

/* What decides whether two binds conflict, besides the address. */
static const struct {
	int level, name;
} deciding[] = {
	{SOL_SOCKET, SO_REUSEADDR},
	{SOL_SOCKET, SO_REUSEPORT},
	{SOL_SOCKET, SO_BINDTOIFINDEX},
	{IPPROTO_IPV6, IPV6_V6ONLY},
};

/* What a bind of a socket like `fd` answers, with SO_REUSEADDR if `reuse`. */
static int try_bind(int fd, const void *addr, socklen_t len, bool reuse)
{
	const int domain = kernel_get(fd, SOL_SOCKET, SO_DOMAIN);
	const int scratch = kernel_socket(domain, SOCK_STREAM, IPPROTO_TCP);
	int failed;

	if (scratch < 0)
		return scratch;
	for (unsigned i = 0; i < sizeof deciding / sizeof *deciding; i++) {
		const int value =
			kernel_get(fd, deciding[i].level, deciding[i].name);

		if (value > 0)
			kernel_set(scratch, deciding[i].level, deciding[i].name,
				   value);
	}
	if (reuse)
		kernel_set(scratch, SOL_SOCKET, SO_REUSEADDR, 1);
	failed = kernel_bind(scratch, addr, len);
	kernel_close(scratch);
	return failed;
}

static bool has_port(const struct inet_diag_msg *socket, void *port)
{
	return ntohs(socket->id.idiag_sport) == *(unsigned *)port;
}

bool port_is_taken_for_good(int fd, const void *addr, socklen_t len,
			    unsigned port)
{
	return try_bind(fd, addr, len, false) == -EADDRINUSE &&
	       inet_diag_any(1u << STATE_LISTEN | 1u << STATE_CLOSE, has_port,
			     &port);
}

/* TIME_WAIT, and what is closed without a process, has no inode. */
static bool is_owned_at(const struct inet_diag_msg *socket, void *at)
{
	const struct endpoint *want = at;
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	struct endpoint e;

	if (!socket->idiag_inode || ntohs(socket->id.idiag_sport) != want->port)
		return false;
	memcpy(&in.sin_addr, socket->id.idiag_src, sizeof in.sin_addr);
	memcpy(&in6.sin6_addr, socket->id.idiag_src, sizeof in6.sin6_addr);
	e = socket->idiag_family == AF_INET ? endpoint_of(&in, sizeof in)
					    : endpoint_of(&in6, sizeof in6);
	return endpoint_is_wildcard(&e) || endpoint_is_wildcard(want) ||
	       !memcmp(e.addr, want->addr, sizeof e.addr);
}

bool port_has_no_socket(int fd, const void *addr, socklen_t len)
{
	struct endpoint at = endpoint_of(addr, len);

	return !try_bind(fd, addr, len, true) &&
	       !inet_diag_any(~0u, is_owned_at, &at);
}
