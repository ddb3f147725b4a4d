/* SPDX-License-Identifier: MIT
 * The mend ephemeral_port: a bind held back.
 */
#include "mend/deferred_bind.h"

#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

#include "state/fd_lock.h"
#include "mend/port_owner.h"
#include "sys/kernel.h"
#include "state/context.h"

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24 /* Linux 4.2 */
#endif

/* An address as the program gave it, or as the kernel keeps it. */
union name {
	struct sockaddr_storage storage;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* sin_port and sin6_port stand at the same place. */
_Static_assert(offsetof(struct sockaddr_in, sin_port) ==
		       offsetof(struct sockaddr_in6, sin6_port),
	       "one port for both families");

static const struct endpoint unconnected;

/* Bind the address without a port. The option matters inside bind alone; it
 * gets its old value back, so that getsockopt and accepted sockets show none
 * but the program's own. */
static int bind_without_port(int fd, const union name *name, socklen_t len)
{
	union name bare = *name;
	const int own = kernel_get(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
	int failed = kernel_set(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);

	if (failed)
		return PORT_NOT_HELD;
	bare.in.sin_port = 0;
	failed = kernel_bind(fd, &bare, len);
	kernel_set(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, own > 0);
	return failed;
}

/* Such a port must be bound now: by the time of the listen() the privilege
 * may have been given up. */
static bool is_privileged(unsigned port)
{
	char text[16] = "";
	unsigned start = 0;

	if (kernel_read_file("/proc/sys/net/ipv4/ip_unprivileged_port_start",
			     text, sizeof text) <= 0)
		return port < IPPORT_RESERVED;
	for (const char *c = text; *c >= '0' && *c <= '9'; c++)
		start = start * 10 + (unsigned)(*c - '0');
	return port < start;
}

/* Has the kernel a port for it? A copy of the descriptor, in this process or
 * in another, may have been bound late or connected meanwhile. */
static bool has_port(int fd)
{
	return kernel_local(fd).port != 0;
}

/* Can the socket be asked, now and at its listen(), what we must know then? */
static bool can_be_held(int fd, uint64_t cookie)
{
	const struct endpoint local = kernel_local(fd);

	return cookie && local.known && !local.port;
}

int bind_defer(int fd, struct fd_entry *slot, const void *addr, socklen_t len)
{
	const uint64_t cookie = kernel_cookie(fd);
	union name name;
	unsigned port;

	memset(&name, 0, sizeof name);
	memcpy(&name, addr, len < sizeof name ? len : sizeof name);
	port = ntohs(name.in.sin_port);
	if (is_privileged(port) || !can_be_held(fd, cookie))
		return PORT_NOT_HELD;
	if (port_is_taken_for_good(fd, &name, len, port))
		return PORT_NOT_HELD; /* the real bind says EADDRINUSE */
	if (bind_without_port(fd, &name, len))
		return PORT_NOT_HELD; /* it says why, or does better */
	*fd_identity(fd) = identity_of(cookie, &unconnected);
	fd_set_value(slot, port, ENTRY_BIND_DEFERRED, 0);
	return 0;
}

bool bind_is_deferred(int fd, const struct fd_entry *slot)
{
	uint64_t cookie;

	if (!fd_has(slot, ENTRY_BIND_DEFERRED) || has_port(fd))
		return false;
	cookie = kernel_cookie(fd);
	/* It told at the bind; where it does not tell now, it still is TCP. */
	return cookie ? *fd_identity(fd) == identity_of(cookie, &unconnected)
		      : kernel_is_tcp(fd);
}

unsigned bind_deferred_port(const struct fd_entry *slot)
{
	return (unsigned)fd_facts(slot).value;
}

void bind_forget(struct fd_entry *slot)
{
	fd_set_value(slot, 0, 0, ENTRY_BIND_DEFERRED);
}

int bind_perform(int fd, struct fd_entry *slot)
{
	union name name;
	const socklen_t len = kernel_getsockname(fd, &name, sizeof name);
	int failed;

	name.in.sin_port = htons((uint16_t)bind_deferred_port(slot));
	failed = kernel_bind(fd, &name, len);
	if (failed && has_port(fd))
		failed = 0; /* another process did it at the same moment */
	if (failed)
		/* A bind that fails forgets the address: hold it again. */
		bind_without_port(fd, &name, len);
	else
		bind_forget(slot);
	return failed;
}
