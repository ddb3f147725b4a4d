/* SPDX-License-Identifier: MIT
 * Who holds a local port: a scratch socket for whether, sock_diag(7) for who.
 *
 * EADDRINUSE alone does not tell a listener from a TIME_WAIT; sock_diag does,
 * also to programs without privilege.
 */
#include "holder.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>

#include "bare.h"
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

static long ask_for_holders(int netlink, int family)
{
	struct {
		struct nlmsghdr head;
		struct inet_diag_req_v2 ask;
	} message;

	memset(&message, 0, sizeof message);
	message.head.nlmsg_len = sizeof message;
	message.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
	message.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	message.ask.sdiag_family = (uint8_t)family;
	message.ask.sdiag_protocol = IPPROTO_TCP;
	message.ask.idiag_states = 1u << STATE_LISTEN | 1u << STATE_CLOSE;
	return sys6(SYS_sendto, netlink, SYS_LONG(&message), sizeof message, 0,
		    0, 0);
}

enum verdict { GO_ON, FOUND, DONE };

/* Read one datagram of the answer. */
static enum verdict look_through(const char *answer, long len, unsigned port)
{
	const struct nlmsghdr *head = (const void *)answer;
	unsigned left = len > 0 ? (unsigned)len : 0;

	for (; NLMSG_OK(head, left); head = NLMSG_NEXT(head, left)) {
		const struct inet_diag_msg *holder = NLMSG_DATA(head);

		if (head->nlmsg_type == NLMSG_DONE)
			return DONE;
		if (head->nlmsg_type != SOCK_DIAG_BY_FAMILY)
			return FOUND; /* it will not say */
		if (ntohs(holder->id.idiag_sport) == port)
			return FOUND;
	}
	return len > 0 ? GO_ON : FOUND;
}

static bool has_lasting_holder(int netlink, int family, unsigned port)
{
	_Alignas(8) char answer[4096];
	enum verdict verdict = GO_ON;

	if (ask_for_holders(netlink, family) < 0)
		return true;
	while (verdict == GO_ON)
		verdict = look_through(answer,
				       sys6(SYS_recvfrom, netlink,
					    SYS_LONG(answer), sizeof answer, 0,
					    0, 0),
				       port);
	return verdict == FOUND;
}

bool holder_stays(int fd, const void *addr, socklen_t len, unsigned port)
{
	int netlink;
	bool stays;

	if (!is_taken(fd, addr, len))
		return false;
	netlink = kernel_socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
	if (netlink < 0)
		return true;
	/* A dual-stack socket holds IPv4 ports too, and the other way round. */
	stays = has_lasting_holder(netlink, AF_INET, port) ||
		has_lasting_holder(netlink, AF_INET6, port);
	kernel_close(netlink);
	return stays;
}
