/* SPDX-License-Identifier: MIT
 * Ends a connection inside the kernel: SOCK_DESTROY of sock_diag(7).
 */
#include "socket_destroy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netns.h"

#ifndef SOCK_DESTROY
#define SOCK_DESTROY 21 /* Linux 4.5 */
#endif

struct request {
	struct nlmsghdr head;
	struct inet_diag_req_v2 ask;
};

/* IPv4 is kept in its IPv6 form: its last four bytes. */
static void put_address(__be32 out[4], const struct endpoint *e, bool v6)
{
	if (v6)
		memcpy(out, e->addr, sizeof e->addr);
	else
		memcpy(out, e->addr + 12, 4);
}

static struct request request_for(const struct tcp_socket *s)
{
	struct request r = {{0}, {0}};

	r.head.nlmsg_len = sizeof r;
	r.head.nlmsg_type = SOCK_DESTROY;
	r.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	r.ask.sdiag_family = s->v6 ? AF_INET6 : AF_INET;
	r.ask.sdiag_protocol = IPPROTO_TCP;
	r.ask.idiag_states = STATE_BIT(s->state);
	r.ask.id.idiag_sport = htons(s->local.port);
	r.ask.id.idiag_dport = htons(s->peer.port);
	put_address(r.ask.id.idiag_src, &s->local, s->v6);
	put_address(r.ask.id.idiag_dst, &s->peer, s->v6);
	r.ask.id.idiag_if = s->interface;
	r.ask.id.idiag_cookie[0] = (uint32_t)s->cookie;
	r.ask.id.idiag_cookie[1] = (uint32_t)(s->cookie >> 32);
	return r;
}

static int open_netlink(const char *arg)
{
	(void)arg;
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
}

static int send_request(int netlink, const struct request *r)
{
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char more[256];
	} answer = {0};
	ssize_t got;

	if (send(netlink, r, sizeof *r, 0) != sizeof *r)
		return errno;
	do
		got = recv(netlink, &answer, sizeof answer, 0);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno;
	if (got < (ssize_t)(sizeof answer.head + sizeof answer.error.error) ||
	    answer.head.nlmsg_type != NLMSG_ERROR)
		return EIO;
	return -answer.error.error;
}

int socket_destroy(pid_t pid, const struct tcp_socket *socket)
{
	const struct request r = request_for(socket);
	const int netlink = netns_open(pid, open_netlink, NULL);
	int error;

	if (netlink < 0)
		return -netlink;
	error = send_request(netlink, &r);
	close(netlink);
	return error;
}
