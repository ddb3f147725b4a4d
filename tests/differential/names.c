/* SPDX-License-Identifier: MIT
 * Socket addresses as text that is the same in every run: ports the kernel
 * chose go by names.
 */
#include "differ.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define KERNELS_OWN 32768 /* the kernel chooses from here on */

/* Shared with forked children: what one of them met, all call the same. */
static struct {
	unsigned count, dialled;
	struct {
		uint16_t port;
		bool tcp;
		char name[7];
	} known[256];
} *ports;

void names_reset(void)
{
	if (!ports)
		ports = mmap(NULL, sizeof *ports, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ports->count = ports->dialled = 0;
}

static const char *call_it(uint16_t port, bool tcp, char kind, unsigned number)
{
	const unsigned i = ports->count % COUNT(ports->known);

	ports->count++;
	ports->known[i].port = port;
	ports->known[i].tcp = tcp;
	snprintf(ports->known[i].name, sizeof ports->known[i].name, "%c%u",
		 kind, number % 10000);
	return ports->known[i].name;
}

static const char *port_name(uint16_t port, bool tcp)
{
	static char number[8];

	/* The latest first: a number can be chosen again. */
	for (unsigned i = ports->count; i-- > 0;)
		if (ports->known[i % COUNT(ports->known)].port == port &&
		    ports->known[i % COUNT(ports->known)].tcp == tcp)
			return ports->known[i % COUNT(ports->known)].name;
	if (port >= KERNELS_OWN)
		return call_it(port, tcp, 'e', ports->count);
	snprintf(number, sizeof number, "%u", port);
	return number;
}

static bool is_known(uint16_t port)
{
	for (unsigned i = 0; i < ports->count && i < COUNT(ports->known); i++)
		if (ports->known[i].port == port && ports->known[i].tcp)
			return true;
	return false;
}

static bool is_tcp(int fd)
{
	return fd >= 0 && fd < TABLE && things[fd].kind & TCP;
}

static uint16_t local_port(int fd)
{
	struct sockaddr_in6 name = { 0 };
	socklen_t len = sizeof name;

	if (!is_tcp(fd) || syscall(SYS_getsockname, fd, &name, &len))
		return 0;
	return ntohs(name.sin6_port); /* where sin_port is */
}

static void name_it(uint16_t port, char kind, unsigned number)
{
	if (port >= KERNELS_OWN && is_known(port))
		tell(" " AMBIGUOUS);
	if (port)
		call_it(port, true, kind, number);
}

void name_dialled(int fd, bool chose_itself)
{
	const uint16_t port = local_port(fd);

	if (chose_itself)
		tell_except('p', port < KERNELS_OWN ? " (its own port)"
						    : " (another port)");
	name_it(port, 'c', ports->dialled++);
}

void name_chosen(int fd)
{
	const uint16_t port = local_port(fd);

	if (port >= KERNELS_OWN)
		name_it(port, 'e', ports->count);
}

union sockaddr_any {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un un;
	struct sockaddr_storage room;
};

static void tell_inet(const union sockaddr_any *name, size_t len, bool tcp)
{
	char host[INET6_ADDRSTRLEN] = "";
	const bool v4 = name->any.sa_family == AF_INET;

	if (v4)
		inet_ntop(AF_INET, &name->v4.sin_addr, host, sizeof host);
	else
		inet_ntop(AF_INET6, &name->v6.sin6_addr, host, sizeof host);
	tell("%s|%s/%zu", host, port_name(ntohs(name->v4.sin_port), tcp), len);
	if (!v4 && (name->v6.sin6_flowinfo || name->v6.sin6_scope_id))
		tell("+%x+%u", name->v6.sin6_flowinfo,
		     name->v6.sin6_scope_id);
}

/* A name cut short may be cut within the port: that part is not told. */
static void tell_cut(const char *bytes, size_t len)
{
	tell("cut ");
	for (size_t i = 0; i < len; i++)
		if (i < 2 || i > 3)
			tell("%02x", (unsigned char)bytes[i]);
		else
			tell("..");
}

void tell_name(const void *bytes, size_t len, int fd)
{
	union sockaddr_any name = { .room = { 0 } };
	const size_t part = offsetof(struct sockaddr_un, sun_path);

	memcpy(&name, bytes, len < sizeof name ? len : sizeof name);
	if (len >= sizeof name.v4 && name.any.sa_family == AF_INET)
		tell_inet(&name, len, is_tcp(fd));
	else if (len >= sizeof name.v6 && name.any.sa_family == AF_INET6)
		tell_inet(&name, len, is_tcp(fd));
	else if (len == part + 6 && name.any.sa_family == AF_UNIX)
		tell("chosen by the kernel"); /* it numbers them all */
	else if (len > part && name.any.sa_family == AF_UNIX)
		tell_bytes(name.un.sun_path, len - part);
	else
		tell_cut(bytes, len < 16 ? len : 16);
}
