/* SPDX-License-Identifier: MIT
 * The moments of a socket's life: what policy says of each, and its mends.
 */
#include "moment.h"

#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

#include "due.h"
#include "journal_write.h"
#include "kernel.h"
#include "options.h"
#include "ports.h"
#include "self.h"
#include "watch.h"

/* ---- which descriptors are ours to care for ---- */

static bool is_tcp(int domain, int type, int protocol)
{
	const int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;

	if (domain != AF_INET && domain != AF_INET6)
		return false;
	if ((type & ~flags) != SOCK_STREAM)
		return false;
	return protocol == 0 || protocol == IPPROTO_TCP;
}

void moment_socket(int fd, int domain, int type, int protocol)
{
	if (!is_tcp(domain, type, protocol)) {
		slot_set_foreign(fd);
		return;
	}
	journal_open();
	slot_begin(fd, SLOT_TCP);
}

/* The slot of a TCP socket, or NULL. One that did not come through socket()
 * here is asked for once. */
static struct slot *tcp_slot(int fd)
{
	struct slot *slot = slot_known(fd);

	if (slot)
		return slot_has(slot, SLOT_FOREIGN) ? NULL : slot;
	if (!kernel_is_tcp(fd)) {
		slot_set_foreign(fd);
		return NULL;
	}
	journal_open();
	return slot_begin(fd, SLOT_TCP);
}

/* ---- policy's questions ---- */

/* The rule that surely governs, or the first that may; *sure tells. */
static const struct rule *first_rule(enum direction direction,
				     const struct endpoint *local,
				     const struct endpoint *peer, bool *sure)
{
	const struct moment moment = { direction, local, peer };
	enum match match;
	const struct rule *rule =
		policy_next(&self()->policy, 0, &moment, &match);

	*sure = match != MATCH_MAYBE;
	return rule;
}

/* The first rule that may govern and has the option on; none after the first
 * that surely governs is asked. */
static const struct rule *may_have(enum field_id id, enum direction direction,
				   const struct endpoint *local)
{
	const struct moment moment = { direction, local, NULL };
	const struct policy *policy = &self()->policy;
	enum match match = MATCH_MAYBE;

	for (unsigned i = 0; match == MATCH_MAYBE; i++) {
		const struct rule *rule =
			policy_next(policy, i, &moment, &match);

		if (!rule)
			return NULL;
		if (rule_has(rule, id))
			return rule;
		i = (unsigned)(rule - policy->rule);
	}
	return NULL;
}

/* The first rule that surely matches. */
static const struct rule *sure_rule(enum direction direction,
				    const struct endpoint *local,
				    const struct endpoint *peer)
{
	const struct moment moment = { direction, local, peer };
	const struct policy *policy = &self()->policy;
	enum match match = MATCH_MAYBE;
	const struct rule *rule = NULL;

	for (unsigned i = 0; match == MATCH_MAYBE; i++) {
		rule = policy_next(policy, i, &moment, &match);
		if (rule)
			i = (unsigned)(rule - policy->rule);
	}
	return rule;
}

static bool any_rule_looks_at_peer(void)
{
	const struct policy *policy = &self()->policy;

	for (unsigned i = 0; i < policy->count; i++)
		if (policy->rule[i].peer.count)
			return true;
	return false;
}

static bool any_rule_looks_at_local(void)
{
	const struct policy *policy = &self()->policy;

	for (unsigned i = 0; i < policy->count; i++)
		if (policy->rule[i].local.count)
			return true;
	return false;
}

/* ---- mends ---- */

static void say_options(int fd, const struct slot *slot, const char *done)
{
	struct event e;

	if (!*done)
		return;
	e = event_on(EVENT_OPTIONS_SET, fd, slot, done);
	event_record(&e);
}

/* From here on the slot's rule watches over it. */
static void watch_over(int fd, struct slot *slot, const struct rule *rule)
{
	uint64_t cookie;

	slot->rule = (uint16_t)self_rule_number(rule);
	if (!due_wanted(rule))
		return;
	cookie = kernel_cookie(fd);
	if (!cookie) {
		/* Without it a number could be mistaken for another socket. */
		record_failure(fd, rule, "identify the socket", ENOPROTOOPT);
		return;
	}
	slot_set_cookie(slot, cookie);
	watch_arm(fd, slot, due_first(rule));
}

/* Does the rule need anything of the connection after it was made? */
static bool cares_later(const struct rule *rule)
{
	return rule_has(rule, EOF_MEND) || rule_has(rule, ERRORS) ||
	       due_wanted(rule);
}

/* ---- bind ---- */

static int copy_addr(int fd, void *to, size_t room,
		     const struct sockaddr *addr, socklen_t len)
{
	static _Atomic bool told;
	int failed;

	memset(to, 0, room);
	failed = kernel_copy(to, addr, len < room ? len : room);
	if (failed && failed != -EFAULT && !atomic_exchange(&told, true))
		record_failure(fd, NULL, "read an address (process_vm_readv)",
			       -failed);
	return failed;
}

static void bind_reuse(int fd, struct slot *slot, const struct endpoint *local)
{
	const struct rule *rule =
		may_have(REUSE_ADDRESS, DIRECTION_ACCEPT, local);
	struct event e;

	if (!rule || slot_has(slot, SLOT_OWN_REUSE) ||
	    !options_reuse_address(fd, rule))
		return;
	e = event_of(EVENT_OPTIONS_SET, fd, rule, "SO_REUSEADDR=1");
	e.local = *local;
	event_record(&e);
}

int moment_bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct slot *slot = tcp_slot(fd);
	struct sockaddr_storage name;
	struct endpoint local;

	if (!slot || copy_addr(fd, &name, sizeof name, addr, len))
		return MOMENT_NOT_OURS;
	local = endpoint_of(&name, len);
	if (local.known && port_is_held(fd, slot))
		return -EINVAL; /* as the kernel answers a second bind */
	if (!local.known || !local.port)
		return MOMENT_NOT_OURS;
	bind_reuse(fd, slot, &local);
	if (self()->observe ||
	    !may_have(EPHEMERAL_PORT, DIRECTION_CONNECT, &local))
		return MOMENT_NOT_OURS;
	return port_hold(fd, slot, &name, len);
}

/* ---- listen and accept ---- */

/* Look for the rule of a listener once. If it holds for whoever connects, its
 * options go on the listener, and accepted sockets inherit them. */
static void meet_listener(int fd, struct slot *slot)
{
	const struct endpoint local = kernel_local(fd);
	char done[EVENT_DETAIL_MAX + 1];
	struct text t = text_over(done, sizeof done);
	bool sure;
	const struct rule *rule =
		first_rule(DIRECTION_ACCEPT, &local, NULL, &sure);

	slot->rule = 0;
	slot_mark(slot, SLOT_LISTENER);
	if (!sure)
		return;
	slot_mark(slot, SLOT_DECIDED);
	slot->rule = (uint16_t)self_rule_number(rule);
	if (rule)
		options_keepalive(fd, rule, &t);
	say_options(fd, slot, done);
}

int moment_listen(int fd)
{
	struct slot *slot = tcp_slot(fd);
	int failed = 0;

	if (!slot || slot_has(slot, SLOT_LISTENER))
		return 0;
	if (port_is_held(fd, slot))
		failed = port_bind_late(fd, slot);
	if (!failed)
		meet_listener(fd, slot);
	return failed;
}

/* The slot of a listener that may have been one before we saw it. */
static struct slot *listener_slot(int fd)
{
	struct slot *slot = slot_known(fd);

	if (slot && (slot->flags & (SLOT_LISTENER | SLOT_FOREIGN)))
		return slot;
	slot = tcp_slot(fd);
	if (slot)
		meet_listener(fd, slot);
	return slot;
}

/* Its rule looks at the peer, or one before it does: now both are known. */
static const struct rule *rule_of_accepted(int fd)
{
	const struct endpoint local = kernel_local(fd), peer = kernel_peer(fd);

	return sure_rule(DIRECTION_ACCEPT, &local, &peer);
}

void moment_accepted(int listener, int fd)
{
	struct slot *from = listener_slot(listener), *slot;
	const struct rule *rule = NULL;
	const bool decided =
		from && slot_has(from, SLOT_LISTENER | SLOT_DECIDED);
	char done[EVENT_DETAIL_MAX + 1];
	struct text t = text_over(done, sizeof done);

	if (decided)
		rule = self_rule(from->rule);
	else if (from && slot_has(from, SLOT_LISTENER))
		rule = rule_of_accepted(fd);
	if (!rule || (decided && !cares_later(rule))) {
		slot_forget(fd); /* an earlier socket closed unseen */
		return;
	}
	slot = slot_begin(fd, SLOT_TCP | SLOT_ACCEPTED);
	if (!decided)
		options_keepalive(fd, rule, &t);
	if (!slot)
		return;
	slot->rule = (uint16_t)self_rule_number(rule);
	say_options(fd, slot, done);
	watch_over(fd, slot, rule);
}

/* ---- connect ---- */

static struct endpoint local_of(int fd, const struct slot *slot)
{
	struct endpoint local = kernel_local(fd);

	if (port_is_held(fd, slot))
		local.port = (uint16_t)port_held(slot);
	return local;
}

static const struct rule *rule_of_dial(int fd, const struct slot *slot,
				       const struct sockaddr *addr,
				       socklen_t len)
{
	struct sockaddr_storage name;
	struct endpoint local = { .known = false }, peer = { .known = false };

	if (any_rule_looks_at_peer() &&
	    !copy_addr(fd, &name, sizeof name, addr, len))
		peer = endpoint_of(&name, len);
	if (any_rule_looks_at_local())
		local = local_of(fd, slot);
	return sure_rule(DIRECTION_CONNECT, &local, &peer);
}

/* The port the program bound and will not get; 0: it gets its own. */
static int free_port(struct dial *dial)
{
	const bool frees = dial->rule && rule_has(dial->rule, EPHEMERAL_PORT);

	if (port_is_held(dial->fd, dial->slot)) {
		if (!frees)
			return port_bind_late(dial->fd, dial->slot);
		dial->freed_port = port_held(dial->slot);
	}
	if (frees && self()->observe)
		dial->freed_port = kernel_local(dial->fd).port;
	return 0;
}

int moment_dial(struct dial *dial, int fd, const struct sockaddr *addr,
		socklen_t len)
{
	struct text done = text_over(dial->options, sizeof dial->options);
	struct slot *slot = tcp_slot(fd);
	int failed;

	/* A second connect() asks how the first one went. */
	if (!slot || slot_has(slot, SLOT_DIALLED) ||
	    slot_has(slot, SLOT_LISTENER) || slot_has(slot, SLOT_ACCEPTED))
		return 0;
	dial->fd = fd;
	dial->slot = slot;
	dial->rule = rule_of_dial(fd, slot, addr, len);
	failed = free_port(dial);
	if (!failed && dial->rule)
		options_keepalive(fd, dial->rule, &done);
	return failed;
}

static void say_port_freed(const struct dial *dial)
{
	char done[EVENT_DETAIL_MAX + 1];
	struct text t = text_over(done, sizeof done);
	struct event e;

	if (!dial->freed_port)
		return;
	text_add(&t, "source port ");
	text_add_number(&t, dial->freed_port);
	text_add(&t, " asked for, another one used");
	e = event_on(EVENT_PORT_FREED, dial->fd, dial->slot, done);
	event_record(&e);
}

/* The kernel took the address, so it can be read: was there a peer in it? */
static bool has_peer(const struct sockaddr *addr, socklen_t len)
{
	return len >= sizeof addr->sa_family && addr->sa_family != AF_UNSPEC;
}

void moment_dialled(const struct dial *dial, int result, int error,
		    const struct sockaddr *addr, socklen_t len)
{
	if (result && error != EINPROGRESS && error != EINTR)
		return;
	if (!has_peer(addr, len))
		return;
	slot_mark(dial->slot, SLOT_DIALLED);
	if (slot_has(dial->slot, SLOT_HELD))
		port_let_go(dial->slot);
	if (!dial->rule)
		return;
	dial->slot->rule = (uint16_t)self_rule_number(dial->rule);
	say_port_freed(dial);
	say_options(dial->fd, dial->slot, dial->options);
	watch_over(dial->fd, dial->slot, dial->rule);
}

/* ---- what else the program does to a socket ---- */

void moment_option(int fd, int level, int name, const void *value)
{
	struct slot *slot = slot_known(fd);
	int wanted;

	if (!slot || level != SOL_SOCKET || name != SO_REUSEADDR)
		return;
	memcpy(&wanted, value, sizeof wanted);
	if (wanted)
		slot_unmark(slot, SLOT_OWN_REUSE);
	else
		slot_mark(slot, SLOT_OWN_REUSE);
}

void moment_name(int fd, struct sockaddr *addr, socklen_t len)
{
	struct slot *slot = slot_known(fd);
	/* sin_port and sin6_port stand at the same place. */
	struct sockaddr_in *in = (struct sockaddr_in *)(void *)addr;

	if (!slot || !slot_has(slot, SLOT_HELD) || !port_is_held(fd, slot))
		return;
	if (len >= offsetof(struct sockaddr_in, sin_addr) && !in->sin_port)
		in->sin_port = htons((uint16_t)port_held(slot));
}

static bool is_armed(const struct slot *slot)
{
	return (slot->word & 3) != KEPT;
}

void moment_copied(int fd, int copy)
{
	const struct slot *from = slot_known(fd);
	struct slot *to;

	if (!from) {
		slot_forget(copy);
		return;
	}
	to = slot_begin(copy, from->flags);
	if (!to)
		return;
	to->rule = from->rule;
	to->reads = from->reads;
	to->cookie_low = from->cookie_low;
	to->cookie_high = from->cookie_high;
	if (is_armed(from))
		watch_arm(copy, to, 0);
}

bool moment_shutdown(int fd, int how)
{
	struct slot *slot = slot_known(fd);
	bool armed;

	if (!slot)
		return false;
	if (how != SHUT_WR)
		slot_mark(slot, SLOT_SHUT);
	armed = is_armed(slot);
	if (armed)
		slot_settle(slot);
	return armed;
}

void moment_shut(int fd, bool again)
{
	struct slot *slot = slot_known(fd);

	/* A look at once finds its true deadline again. */
	if (again && slot)
		watch_arm(fd, slot, 0);
}
