/* SPDX-License-Identifier: MIT
 * sock_diag(7): who else is on a local port.
 */
#include "sys/inet_diag.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "sys/raw_syscall.h"
#include "sys/kernel.h"

struct question {
	uint32_t states;
	bool (*found)(const struct inet_diag_msg *socket, void *arg);
	void *arg;
};

static long ask(int netlink, int family, uint32_t states)
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
	message.ask.idiag_states = states;
	return sys6(SYS_sendto, netlink, SYS_LONG(&message), sizeof message, 0,
		    0, 0);
}

enum verdict { GO_ON, FOUND, DONE };

/* Look through one datagram of the answer. */
static enum verdict look_through(const struct question *q, const char *answer,
				 long len)
{
	const struct nlmsghdr *head = (const void *)answer;
	unsigned left = len > 0 ? (unsigned)len : 0;

	for (; NLMSG_OK(head, left); head = NLMSG_NEXT(head, left)) {
		if (head->nlmsg_type == NLMSG_DONE)
			return DONE;
		if (head->nlmsg_type != SOCK_DIAG_BY_FAMILY)
			return FOUND; /* it will not say */
		if (q->found(NLMSG_DATA(head), q->arg))
			return FOUND;
	}
	return len > 0 ? GO_ON : FOUND;
}

static bool any_of(const struct question *q, int family)
{
	const int netlink =
		kernel_socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
	_Alignas(8) char answer[4096];
	enum verdict verdict = FOUND;

	if (netlink < 0)
		return true;
	if (ask(netlink, family, q->states) >= 0)
		verdict = GO_ON;
	while (verdict == GO_ON)
		verdict = look_through(q, answer,
				       sys6(SYS_recvfrom, netlink,
					    SYS_LONG(answer), sizeof answer, 0,
					    0, 0));
	kernel_close(netlink);
	return verdict == FOUND;
}

bool inet_diag_any(uint32_t states,
		   bool (*found)(const struct inet_diag_msg *socket, void *arg),
		   void *arg)
{
	const struct question q = {states, found, arg};

	/* A dual-stack socket holds IPv4 ports too, and the other way round. */
	return any_of(&q, AF_INET) || any_of(&q, AF_INET6);
}
