/* SPDX-License-Identifier: MIT
 * One look at all sockets of the program: what is new, what is gone, what is
 * due. Between two rounds nothing is held but what is known by cookie.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "attach.h"
#include "actions.h"
#include "tracked.h"
#include "pidfd_socket.h"
#include "netns.h"

/* While one round goes on. */
struct attach_scan {
	struct attach *attach;
	struct pool pool;
	unsigned networks;
	struct network *network;
	struct tracked_list seen;
	int64_t tick, soonest;
	const char *wrong; /* the kernel did not list them all */
	bool somebody_ended;
};

int64_t attach_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* ---- what the kernel has ---- */

static const struct network *network_of(struct attach_scan *l, pid_t pid,
					const char **wrong)
{
	const uint64_t number = netns_of(pid);
	struct attach *a = l->attach;
	struct network *n;

	for (unsigned i = 0; i < l->networks; i++)
		if (l->network[i].number == number)
			return &l->network[i];
	l->network = pool_grow(&l->pool, l->network, l->networks, sizeof *n);
	n = &l->network[l->networks++];
	*n = (struct network){.number = number};
	*wrong = network_read(pid, STATES_ALL & ~STATE_BIT(STATE_TIME_WAIT),
			      &l->pool, n);
	if (*wrong)
		n->number = 0; /* the next one that lives there may tell */
	if (a->ports.number != number || !a->ports.last_port) {
		a->ports.number = number;
		network_read_ports(pid, &a->ports);
	}
	n->first_port = a->ports.first_port;
	n->last_port = a->ports.last_port;
	return n;
}

static struct tracked_socket *see(struct attach_scan *l,
				  const struct tcp_socket *socket,
				  const struct network *n)
{
	struct tracked_socket *t;

	l->seen.of = pool_grow(&l->pool, l->seen.of, l->seen.count,
			       sizeof *l->seen.of);
	t = &l->seen.of[l->seen.count++];
	*t = (struct tracked_socket){
		.socket = *socket,
		.by = -1,
		.fd = -1,
		.direction = network_direction(n, socket),
		.network = n->number,
		.first = l->attach->round,
		.seen = l->attach->now,
		.acked_at = l->attach->now,
	};
	return t;
}

/* Both are ordered by inode: one pass through each. */
static void match(struct attach_scan *l, int who, const struct network *n)
{
	const struct process *p = &l->attach->followed[who].process;
	const struct tcp_socket **at = n->by_inode;

	for (unsigned i = 0; i < p->descriptors; i++) {
		const struct descriptor *d = &p->descriptor[i];
		struct tracked_socket *t;

		if (i && d->inode == d[-1].inode)
			continue; /* a dup(2) of it */
		while (*at && (*at)->inode < d->inode)
			at++;
		if (!*at || (*at)->inode != d->inode)
			continue;
		t = see(l, *at, n);
		t->by = who;
		t->fd = d->fd;
	}
}

/* What was read while it lived is its own, whatever its number is now. */
static void see_sockets_of(struct attach_scan *l, int who)
{
	struct tracked_process *f = &l->attach->followed[who];
	const char *wrong = NULL;
	const struct network *n;

	f->process.descriptors = 0;
	f->process.descriptor = NULL;
	process_read_descriptors(&f->process, &l->pool);
	n = network_of(l, f->process.pid, &wrong);
	if (!process_lives(f->pidfd)) {
		f->process.descriptors = 0;
		l->somebody_ended = true;
		return;
	}
	if (wrong)
		l->wrong = wrong;
	match(l, who, n);
}

/* Whom it forked is known by its sockets as they were, so look before these
 * are forgotten. */
static void scan_add_children(struct attach_scan *l)
{
	const unsigned before = l->attach->followed_count;

	track_children(l->attach);
	for (unsigned i = before; i < l->attach->followed_count; i++)
		see_sockets_of(l, (int)i);
}

static bool is_seen(const struct attach_scan *l, uint64_t cookie)
{
	for (unsigned i = 0; i < l->seen.count; i++)
		if (l->seen.of[i].socket.cookie == cookie)
			return true;
	return false;
}

/* The cookie of the listener a connection came to, by its address; 0 when that
 * is another program's, or may be (SO_REUSEPORT). */
static uint64_t listener_of(const struct attach_scan *l,
			    const struct network *n,
			    const struct tcp_socket *socket)
{
	unsigned best = 0;
	uint64_t found = 0;

	for (unsigned i = 0; i < n->sockets.listeners; i++) {
		const struct tcp_socket *s = &n->sockets.of[i];
		const unsigned fit = listener_fit(&s->local, &socket->local);

		if (!fit || fit < best)
			continue;
		if (fit > best)
			found = UINT64_MAX;
		best = fit;
		if (!is_seen(l, s->cookie))
			found = 0;
		else if (s->cookie < found)
			found = s->cookie;
	}
	return found;
}

static void find_listener(const struct attach_scan *l, const struct network *n,
			  struct tracked_socket *t)
{
	if (t->network == n->number && t->direction == DIRECTION_ACCEPT &&
	    t->socket.state != STATE_LISTEN)
		t->listener = listener_of(l, n, &t->socket);
}

static bool waits(const struct tcp_socket *s)
{
	return !s->inode &&
	       (s->state == STATE_ESTABLISHED || s->state == STATE_CLOSE_WAIT);
}

static bool supersedes(const struct rule *rule)
{
	return rule_has(rule, SUPERSEDE_WHEN) &&
	       rule_has(rule, SUPERSEDE_AFTER);
}

/* Connections that wait to be accepted, and the listener of each: only where a
 * rule supersedes. */
static void see_waiting(struct attach_scan *l)
{
	const struct policy *policy = &l->attach->program.policy;
	const unsigned accepted = l->seen.count;
	bool wanted = false;

	for (unsigned i = 0; i < policy->count; i++)
		wanted |= supersedes(&policy->rule[i]);
	for (unsigned n = 0; wanted && n < l->networks; n++) {
		const struct network *network = &l->network[n];
		const struct tcp_sockets *all = &network->sockets;

		for (unsigned i = 0; i < accepted; i++)
			find_listener(l, network, &l->seen.of[i]);
		for (unsigned i = 0; i < all->count; i++)
			if (waits(&all->of[i]) &&
			    listener_of(l, network, &all->of[i]))
				find_listener(l, network,
					      see(l, &all->of[i], network));
	}
}

/* ---- what was known of it ---- */

static int by_cookie(const void *a, const void *b)
{
	const struct tracked_socket *one = a, *two = b;

	if (one->socket.cookie != two->socket.cookie)
		return one->socket.cookie < two->socket.cookie ? -1 : 1;
	return one->by - two->by;
}

/* Parent and child have the same ones: they are the first's. */
static void order(struct tracked_list *list)
{
	unsigned kept = 0;

	if (list->count)
		qsort(list->of, list->count, sizeof *list->of, by_cookie);
	for (unsigned i = 0; i < list->count; i++)
		if (!kept || list->of[i].socket.cookie !=
				     list->of[kept - 1].socket.cookie)
			list->of[kept++] = list->of[i];
	list->count = kept;
}

static bool is_same_connection(const struct tcp_socket *a,
			       const struct tcp_socket *b)
{
	return a->local.port == b->local.port && a->peer.port == b->peer.port &&
	       !memcmp(a->peer.addr, b->peer.addr, sizeof a->peer.addr);
}

static void remember(struct tracked_socket *t,
		     const struct tracked_socket *before)
{
	/* The same socket, but connected again. */
	if (!is_same_connection(&t->socket, &before->socket))
		return;
	/* Accepted only now: as new as it can be. */
	if (before->by >= 0 || t->by < 0) {
		t->first = before->first;
		t->seen = before->seen;
	}
	if (before->direction != DIRECTION_ANY)
		t->direction = before->direction;
	if (t->socket.bytes_acked == before->socket.bytes_acked)
		t->acked_at = before->acked_at;
	t->ended = before->ended;
	t->outdated = before->outdated;
	t->probed = before->probed;
	t->optioned = before->optioned && t->by >= 0;
	t->over = before->over;
}

/* A rule that is not certain is not followed. */
static void govern(struct attach *a, struct tracked_socket *t)
{
	bool sure;

	if (t->by < 0)
		return;
	t->rule = process_rule(&a->program, t->direction, &t->socket.local,
			       &t->socket.peer, &sure);
	if (!sure)
		t->rule = NULL;
}

/* The kernel no longer lists it, but the program has its descriptor yet. */
static void miss(struct attach *a, struct tracked_socket *t)
{
	if (!t->probed)
		return;
	for (unsigned i = 0; i < a->followed_count; i++) {
		const struct process *p = &a->followed[i].process;
		const int fd = process_descriptor_of(p, t->socket.inode);

		if (fd < 0)
			continue;
		t->by = (int)i;
		t->fd = fd;
		govern(a, t); /* the rules may be others by now */
		action_report_closed(a, t);
		return;
	}
}

static void scan_merge(struct attach_scan *l)
{
	struct tracked_list *old = &l->attach->tracked_socket;
	unsigned at = 0;

	for (unsigned i = 0; i < l->seen.count; i++) {
		struct tracked_socket *t = &l->seen.of[i];

		while (at < old->count &&
		       old->of[at].socket.cookie < t->socket.cookie)
			miss(l->attach, &old->of[at++]);
		if (at < old->count &&
		    old->of[at].socket.cookie == t->socket.cookie)
			remember(t, &old->of[at++]);
	}
	while (at < old->count)
		miss(l->attach, &old->of[at++]);
}

/* ---- what follows from it ---- */

static bool may_be_superseded(const struct tracked_socket *t)
{
	return t->by >= 0 && t->rule && t->socket.state != STATE_LISTEN &&
	       t->direction == DIRECTION_ACCEPT && !t->ended && !t->outdated &&
	       supersedes(t->rule);
}

static bool is_same_peer(const struct tracked_socket *a,
			 const struct tracked_socket *b)
{
	return a->listener && a->listener == b->listener &&
	       !memcmp(a->socket.peer.addr, b->socket.peer.addr,
		       sizeof a->socket.peer.addr);
}

/* It was accepted since the last round: its peer's older ones are outdated. */
static void outdate_older(struct attach_scan *l,
			  const struct tracked_socket *newer)
{
	for (unsigned i = 0; i < l->seen.count; i++) {
		struct tracked_socket *t = &l->seen.of[i];

		if (t->first < newer->first && may_be_superseded(t) &&
		    rule_value(t->rule, SUPERSEDE_WHEN) ==
			    SUPERSEDE_SAME_PEER &&
		    is_same_peer(t, newer))
			t->outdated = true;
	}
}

static bool is_in_the_way(const struct tracked_socket *t,
			  const struct tracked_socket *waiting, int64_t now)
{
	if (!may_be_superseded(t) || t->listener != waiting->listener ||
	    now - waiting->seen < rule_value(t->rule, SUPERSEDE_AFTER))
		return false;
	return rule_value(t->rule, SUPERSEDE_WHEN) == SUPERSEDE_ANY ||
	       is_same_peer(t, waiting);
}

/* A connection waits to be accepted: of those served the most silent one is in
 * the way. */
static void outdate_for(struct attach_scan *l,
			const struct tracked_socket *waiting)
{
	struct tracked_socket *found = NULL;

	for (unsigned i = 0; i < l->seen.count; i++) {
		struct tracked_socket *t = &l->seen.of[i];

		if (t->outdated && !t->ended &&
		    t->listener == waiting->listener)
			return; /* one at a time */
		if (is_in_the_way(t, waiting, l->attach->now) &&
		    (!found ||
		     t->socket.silent_received > found->socket.silent_received))
			found = t;
	}
	if (found)
		found->outdated = true;
}

static void outdate(struct attach_scan *l)
{
	const unsigned round = l->attach->round;

	for (unsigned i = 0; i < l->seen.count; i++) {
		const struct tracked_socket *t = &l->seen.of[i];

		if (t->by < 0)
			outdate_for(l, t);
		else if (round > 1 && t->first == round && may_be_superseded(t))
			outdate_older(l, t);
	}
}

/* Somebody waits for its turn: look again soon. */
static void look_at_waiting(struct attach_scan *l)
{
	for (unsigned i = 0; i < l->seen.count; i++)
		if (l->seen.of[i].by < 0)
			l->soonest = 0;
}

static void look_at(struct attach_scan *l, struct tracked_socket *t)
{
	struct attach *a = l->attach;
	struct deadline d;

	if (t->by < 0)
		return;
	if (!t->optioned)
		action_set_sockopts(a, t);
	d = deadline_of(t, a->now, l->tick);
	if (d.in <= 0) {
		action_run(a, t);
		d = deadline_of(t, a->now, l->tick);
	}
	if (d.in < l->soonest)
		l->soonest = d.in;
}

/* What we know outlives the round. */
static void keep(struct attach_scan *l)
{
	struct tracked_list *kept = &l->attach->tracked_socket;
	const size_t size = l->seen.count * sizeof *l->seen.of;

	free(kept->of);
	*kept = (struct tracked_list){0, malloc(size + 1)};
	if (!kept->of || !size)
		return;
	memcpy(kept->of, l->seen.of, size);
	kept->count = l->seen.count;
}

/* False when some may be missing, of which nothing must be concluded. */
static bool see_all(struct attach_scan *l)
{
	struct attach *a = l->attach;

	for (unsigned i = 0; i < a->followed_count; i++)
		see_sockets_of(l, (int)i);
	if (l->somebody_ended)
		scan_add_children(l);
	a->trouble = l->wrong;
	if (l->wrong)
		return false;
	see_waiting(l);
	order(&l->seen);
	scan_merge(l);
	for (unsigned i = 0; i < l->seen.count; i++)
		govern(a, &l->seen.of[i]);
	return true;
}

static bool is_listener(const struct tracked_socket *t)
{
	return t->socket.state == STATE_LISTEN;
}

/* Listeners first: what they accept meanwhile has their options. */
static void look_at_all(struct attach_scan *l)
{
	outdate(l);
	for (unsigned i = 0; i < l->seen.count; i++)
		if (is_listener(&l->seen.of[i]))
			look_at(l, &l->seen.of[i]);
	for (unsigned i = 0; i < l->seen.count; i++)
		if (!is_listener(&l->seen.of[i]))
			look_at(l, &l->seen.of[i]);
	look_at_waiting(l);
	keep(l);
}

int64_t attach_scan(struct attach *a)
{
	struct attach_scan l = {
		.attach = a, .tick = tcp_tick(), .soonest = INT64_MAX};

	a->round++;
	if (see_all(&l))
		look_at_all(&l);
	for (unsigned i = 0; i < l.networks; i++)
		sockets_free(&l.network[i].sockets);
	pool_return(&l.pool);
	return l.soonest;
}
