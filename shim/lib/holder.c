/* SPDX-License-Identifier: MIT
 * Who holds a local port: a scratch socket for whether, sock_diag(7) for who.
 *
 * EADDRINUSE alone does not tell a listener from a TIME_WAIT; sock_diag does,
 * also to programs without privilege.
 */
#include "holder.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <netinet/in.h>

#include "diag.h"
#include "kernel.h"

#ifndef SO_BINDTOIFINDEX
#define SO_BINDTOIFINDEX 62 /* Linux 5.0 */
#endif

/* What decides whether two binds conflict, besides the address. */
static const struct {
	int level, name;
} deciding[] = {
	{ SOL_SOCKET, SO_REUSEADDR },
	{ SOL_SOCKET, SO_REUSEPORT },
	{ SOL_SOCKET, SO_BINDTOIFINDEX },
	{ IPPROTO_IPV6, IPV6_V6ONLY },
};

/* Does a bind of a socket like `fd` fail with EADDRINUSE? */
static bool is_taken(int fd, const void *addr, socklen_t len)
{
	const int domain = kernel_get(fd, SOL_SOCKET, SO_DOMAIN);
	const int scratch = kernel_socket(domain, SOCK_STREAM, IPPROTO_TCP);
	int failed;

	if (scratch < 0)
		return false;
	for (unsigned i = 0; i < sizeof deciding / sizeof *deciding; i++) {
		const int value =
			kernel_get(fd, deciding[i].level, deciding[i].name);

		if (value > 0)
			kernel_set(scratch, deciding[i].level,
				   deciding[i].name, value);
	}
	failed = kernel_bind(scratch, addr, len);
	kernel_close(scratch);
	return failed == -EADDRINUSE;
}

static bool has_port(const struct inet_diag_msg *socket, void *port)
{
	return ntohs(socket->id.idiag_sport) == *(unsigned *)port;
}

bool holder_stays(int fd, const void *addr, socklen_t len, unsigned port)
{
	return is_taken(fd, addr, len) &&
	       diag_any(1u << STATE_LISTEN | 1u << STATE_CLOSE, has_port,
			&port);
}
