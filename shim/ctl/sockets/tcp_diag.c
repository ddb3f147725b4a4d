/* SPDX-License-Identifier: MIT
 * Asks sock_diag(7) for TCP sockets, and reads its answers with care: they
 * may be cut short, and older kernels know less.
 */
#include "tcp_diag.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netns.h"

#define ANSWER_MAX 65536 /* more than the kernel puts into one */
#define SHUTDOWN_RECEIVE 1
#define SHUTDOWN_SEND 2

static const char cut_short[] = "the kernel's answer is cut short";
static const char no_tcp_diag[] = "the kernel lacks tcp_diag";

static const char words[TCP_STATES][16] = {"unknown",
#define X(id, word) word,
					   FOR_EACH_TCP_STATE(X)
#undef X
};

const char *state_word(unsigned state)
{
	return words[state < TCP_STATES ? state : 0];
}

static const char *skip_marks(const char *text)
{
	return text + strspn(text, "-_");
}

static bool same_letters(const char *one, const char *two)
{
	one = skip_marks(one);
	two = skip_marks(two);
	while (*one && tolower((unsigned char)*one) == *two) {
		one = skip_marks(one + 1);
		two = skip_marks(two + 1);
	}
	return !*one && !*two;
}

enum tcp_state state_of_word(const char *word)
{
	for (unsigned i = 1; i < TCP_STATES; i++)
		if (same_letters(word, words[i]))
			return (enum tcp_state)i;
	return TCP_STATE_NONE;
}

static struct endpoint endpoint_from(const struct inet_diag_msg *m,
				     const __be32 addr[4], __be16 port)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = port};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = port};

	in.sin_addr.s_addr = addr[0];
	memcpy(&in6.sin6_addr, addr, sizeof in6.sin6_addr);
	return m->idiag_family == AF_INET6 ? endpoint_of(&in6, sizeof in6)
					   : endpoint_of(&in, sizeof in);
}

static void take_message(struct tcp_socket *s, const struct inet_diag_msg *m)
{
	memset(s, 0, sizeof *s);
	s->cookie =
		(uint64_t)m->id.idiag_cookie[1] << 32 | m->id.idiag_cookie[0];
	s->inode = m->idiag_inode;
	s->uid = m->idiag_uid;
	s->interface = m->id.idiag_if;
	s->state = m->idiag_state;
	s->v6 = m->idiag_family == AF_INET6;
	s->timer = m->idiag_timer;
	s->timer_count = m->idiag_retrans;
	s->timer_due = m->idiag_expires;
	s->receive_queue = m->idiag_rqueue;
	s->send_queue = m->idiag_wqueue;
	s->local = endpoint_from(m, m->id.idiag_src, m->id.idiag_sport);
	if (s->state != STATE_LISTEN)
		s->peer = endpoint_from(m, m->id.idiag_dst, m->id.idiag_dport);
}

/* Of a connection that is connected to itself the kernel starts the clock of
 * received data with the first data; until then it counts from the boot. What
 * it sends it receives, so the clock of sent data has as much to say. */
static void mend_clock(struct tcp_socket *s)
{
	if (s->local.port != s->peer.port || s->data_segments_in ||
	    memcmp(s->local.addr, s->peer.addr, sizeof s->local.addr))
		return;
	if (s->silent_received > s->silent_sent)
		s->silent_received = s->silent_sent;
}

/* What an older kernel does not tell stays 0. */
static void take_info(struct tcp_socket *s, const void *bytes, size_t len)
{
	struct tcp_info i = {0};

	memcpy(&i, bytes, len < sizeof i ? len : sizeof i);
	s->has_info = len >= offsetof(struct tcp_info, tcpi_pmtu);
	s->silent_received = i.tcpi_last_data_recv;
	s->silent_sent = i.tcpi_last_data_sent;
	s->silent_ack = i.tcpi_last_ack_recv;
	s->retransmits = i.tcpi_retransmits;
	s->probes = i.tcpi_probes;
	s->backoff = i.tcpi_backoff;
	s->unacked = i.tcpi_unacked;
	s->total_retransmits = i.tcpi_total_retrans;
	s->rto = i.tcpi_rto;
	s->rtt = i.tcpi_rtt;
	s->notsent = i.tcpi_notsent_bytes;
	s->counts_segments =
		len >= offsetof(struct tcp_info, tcpi_delivery_rate);
	s->data_segments_in = i.tcpi_data_segs_in;
	s->data_segments_out = i.tcpi_data_segs_out;
	s->bytes_acked = i.tcpi_bytes_acked;
	s->bytes_received = i.tcpi_bytes_received;
	mend_clock(s);
}

static void take_attribute(struct tcp_socket *s, unsigned type,
			   const unsigned char *bytes, size_t len)
{
	if (type == INET_DIAG_INFO)
		take_info(s, bytes, len);
	if (type != INET_DIAG_SHUTDOWN || !len)
		return;
	s->receiving_shut = *bytes & SHUTDOWN_RECEIVE;
	s->sending_shut = *bytes & SHUTDOWN_SEND;
}

static void take_attributes(struct tcp_socket *s, const char *at, size_t left)
{
	struct nlattr a;

	while (left >= sizeof a) {
		size_t whole;

		memcpy(&a, at, sizeof a);
		if (a.nla_len < sizeof a || a.nla_len > left)
			return;
		take_attribute(s, a.nla_type & 0x3fffu,
			       (const void *)(at + sizeof a),
			       a.nla_len - sizeof a);
		whole = NLA_ALIGN(a.nla_len);
		if (whole > left)
			return;
		at += whole;
		left -= whole;
	}
}

static struct tcp_socket *add_socket(struct tcp_sockets *out)
{
	if (out->count == out->room) {
		unsigned room = out->room ? 2 * out->room : 256;
		void *more = reallocarray(out->of, room, sizeof *out->of);

		if (!more)
			return NULL;
		out->of = more;
		out->room = room;
	}
	return &out->of[out->count++];
}

static void take_socket(struct reading *r, const struct nlmsghdr *head)
{
	const size_t len = head->nlmsg_len - NLMSG_HDRLEN;
	const char *payload = NLMSG_DATA(head);
	struct inet_diag_msg m;
	struct tcp_socket *s;

	if (len < sizeof m) {
		r->wrong = cut_short;
		return;
	}
	memcpy(&m, payload, sizeof m);
	s = add_socket(r->out);
	if (!s) {
		r->wrong = "out of memory";
		return;
	}
	take_message(s, &m);
	take_attributes(s, payload + NLMSG_ALIGN(sizeof m),
			len - NLMSG_ALIGN(sizeof m));
}

/* Both an error message and the end of a dump begin with an errno. */
static void take_verdict(struct reading *r, const struct nlmsghdr *head)
{
	int error = 0;

	r->done = true;
	if (head->nlmsg_len >= NLMSG_HDRLEN + sizeof error)
		memcpy(&error, NLMSG_DATA(head), sizeof error);
	else if (head->nlmsg_type == NLMSG_ERROR)
		error = -EIO;
	if (error < 0)
		r->wrong = error == -ENOENT ? no_tcp_diag : strerror(-error);
}

static void take_piece(struct reading *r, const struct nlmsghdr *head)
{
	if (head->nlmsg_type == NLMSG_DONE || head->nlmsg_type == NLMSG_ERROR)
		take_verdict(r, head);
	else if (head->nlmsg_type == SOCK_DIAG_BY_FAMILY)
		take_socket(r, head);
}

void sockets_take(struct reading *r, const void *answer, size_t len)
{
	const char *at = answer;

	/* Not by NLMSG_NEXT: it runs past an end that is not aligned. */
	while (len >= sizeof(struct nlmsghdr) && !r->done && !r->wrong) {
		const struct nlmsghdr *head = (const void *)at;
		const size_t whole = NLMSG_ALIGN(head->nlmsg_len);

		if (head->nlmsg_len < sizeof *head || head->nlmsg_len > len) {
			r->wrong = cut_short;
			return;
		}
		take_piece(r, head);
		if (whole > len)
			return;
		at += whole;
		len -= whole;
	}
}

static bool ask(int netlink, int family, uint32_t states)
{
	struct {
		struct nlmsghdr head;
		struct inet_diag_req_v2 ask;
	} m = {{0}, {0}};

	m.head.nlmsg_len = sizeof m;
	m.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
	m.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	m.ask.sdiag_family = (uint8_t)family;
	m.ask.sdiag_protocol = IPPROTO_TCP;
	m.ask.idiag_ext = 1 << (INET_DIAG_INFO - 1);
	m.ask.idiag_states = states;
	return send(netlink, &m, sizeof m, 0) == sizeof m;
}

static const char *read_family(int netlink, int family, uint32_t states,
			       struct tcp_sockets *out)
{
	static _Alignas(8) char answer[ANSWER_MAX];
	struct reading r = {.out = out};

	if (!ask(netlink, family, states))
		return strerror(errno);
	while (!r.done && !r.wrong) {
		const ssize_t got =
			recv(netlink, answer, sizeof answer, MSG_TRUNC);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return strerror(errno);
		if (!got || (size_t)got > sizeof answer)
			return cut_short;
		sockets_take(&r, answer, (size_t)got);
	}
	return r.wrong;
}

static int open_netlink(const char *arg)
{
	(void)arg;
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
}

/* The few listeners first: every user of the list asks for them. */
static void put_listeners_first(struct tcp_sockets *all)
{
	for (unsigned i = 0; i < all->count; i++) {
		const struct tcp_socket s = all->of[i];

		if (s.state != STATE_LISTEN)
			continue;
		all->of[i] = all->of[all->listeners];
		all->of[all->listeners++] = s;
	}
}

const char *sockets_read(pid_t pid, uint32_t states, struct tcp_sockets *out)
{
	const int netlink = netns_open(pid, open_netlink, NULL);
	const char *wrong;

	memset(out, 0, sizeof *out);
	if (netlink < 0)
		return strerror(-netlink);
	wrong = read_family(netlink, AF_INET, states, out);
	if (!wrong)
		wrong = read_family(netlink, AF_INET6, states, out);
	if (wrong == no_tcp_diag && out->count)
		wrong = NULL; /* a kernel without IPv6 */
	close(netlink);
	put_listeners_first(out);
	return wrong;
}

void sockets_free(struct tcp_sockets *sockets)
{
	free(sockets->of);
	memset(sockets, 0, sizeof *sockets);
}

unsigned listener_fit(const struct endpoint *listener,
		      const struct endpoint *local)
{
	if (listener->port != local->port)
		return 0;
	if (!memcmp(listener->addr, local->addr, sizeof local->addr))
		return 3;
	if (!endpoint_is_wildcard(listener))
		return 0;
	if (endpoint_is_v4(listener) == endpoint_is_v4(local))
		return 2;
	return endpoint_is_v4(local);
}

bool sockets_listen_at(const struct tcp_sockets *sockets,
		       const struct endpoint *local)
{
	for (unsigned i = 0; i < sockets->listeners; i++)
		if (listener_fit(&sockets->of[i].local, local))
			return true;
	return false;
}
