/* SPDX-License-Identifier: MIT
 * The mend supersede.
 *
 * A program that accepts while it serves: an accepted connection supersedes the
 * older ones of its peer. Which those are stands in an index by peer address
 * and local port, which the watch task alone reads and writes.
 *
 * A program that does not: its listener is looked at every `after`. A queue
 * found not empty twice in a row has been so for that long (or was filled
 * again, which is as good a reason). Who waits in it is asked of sock_diag(7),
 * in the helper task's own descriptor table, while no entry is held.
 */
#include "mend/supersede.h"

#include <linux/inet_diag.h>
#include <netinet/in.h>
#include <string.h>

#include "watchdog/helper_thread.h"
#include "sys/inet_diag.h"
#include "mend/timeout.h"
#include "state/journal_write.h"
#include "sys/kernel.h"
#include "sys/races.h"
#include "state/context.h"
#include "watchdog/watchdog.h"

/* How soon older connections are looked at: accepts that follow one another
 * share a wake-up of the watch task. */
#define SOON 20 /* ms */

bool supersede_wanted(const struct rule *rule)
{
	return rule->value[SUPERSEDE] != UNSET &&
	       rule_has(rule, SUPERSEDE_WHEN) &&
	       rule_has(rule, SUPERSEDE_AFTER);
}

static bool is_same_peer(const struct rule *rule)
{
	return rule_value(rule, SUPERSEDE_WHEN) == SUPERSEDE_SAME_PEER;
}

/* The rule of a served connection that may be superseded, or NULL. */
static const struct rule *rule_of_served(struct facts facts)
{
	const struct rule *rule = context_rule((unsigned)facts.rule);

	if (!rule || !supersede_wanted(rule) ||
	    !(facts.flags & ENTRY_ACCEPTED) ||
	    facts.flags & (ENTRY_IDLE_ENDED | ENTRY_RESET_BY_US))
		return NULL;
	return rule;
}

/* ---- accept() ---- */

static void watch_queue(int listener, const struct rule *rule)
{
	static const struct endpoint none;
	struct fd_entry *slot = fd_lookup(listener);
	_Atomic uint32_t *identity;

	if (!slot || !fd_has(slot, ENTRY_LISTENER))
		return;
	identity = fd_identity(listener);
	if (!*identity)
		*identity = identity_of(kernel_cookie(listener), &none);
	watchdog_arm(listener, slot, rule_value(rule, SUPERSEDE_AFTER));
}

void supersede_accepted(int listener, int fd, struct fd_entry *slot,
			const struct rule *rule)
{
	watch_queue(listener, rule);
	if (!is_same_peer(rule))
		return;
	fd_set_flags(slot, ENTRY_JUST_ACCEPTED);
	watchdog_arm(fd, slot, SOON);
	helper_start();
}

/* ---- the index of peers; the watch task's own ---- */

#define BUCKETS 65536

static uint32_t *buckets; /* fd + 1 of the newest; 0: none */

static uint32_t hash_of(const struct fd_extra *extra)
{
	uint32_t hash = 2166136261u ^ extra->local.port;

	for (unsigned i = 0; i < sizeof extra->peer.addr; i++)
		hash = (hash ^ extra->peer.addr[i]) * 16777619u;
	return hash ? hash : 1;
}

static uint32_t *bucket_of(uint32_t hash)
{
	return &buckets[(hash >> 16 ^ hash) % BUCKETS];
}

static void unlink_entry(struct fd_extra *extra, int fd)
{
	uint32_t *at = bucket_of(extra->hash);

	while (*at && *at != (uint32_t)fd + 1)
		at = &fd_extra((int)*at - 1)->next;
	if (*at)
		*at = extra->next;
	extra->hash = 0;
	extra->next = 0;
}

/* Is the number still tracked as what was entered? */
static bool is_current(int fd, const struct fd_extra *extra)
{
	const struct fd_entry *slot = fd_lookup(fd);

	return slot && fd_facts(slot).serial == extra->entered;
}

static bool have_same_peer(const struct fd_extra *a, const struct fd_extra *b)
{
	return a->hash == b->hash && a->local.port == b->local.port &&
	       !memcmp(a->peer.addr, b->peer.addr, sizeof a->peer.addr);
}

static void supersede_mark(int fd)
{
	struct fd_entry *slot = fd_entry_of(fd);
	struct facts facts = fd_facts(slot);
	const struct rule *rule = rule_of_served(facts);

	if (!rule || !is_same_peer(rule) || facts.flags & ENTRY_SUPERSEDED)
		return;
	if (fd_change_flags(slot, &facts, ENTRY_SUPERSEDED, 0))
		watchdog_requeue(fd, 0);
}

void supersede_enter(struct locked_fd *h)
{
	struct fd_extra *extra = fd_extra(h->fd), *other;
	uint32_t *at, next;

	fd_lock_set_flags(h, 0, ENTRY_JUST_ACCEPTED);
	if (!buckets)
		buckets = kernel_mmap(BUCKETS * sizeof *buckets);
	if (!buckets || !extra)
		return;
	if (extra->hash)
		unlink_entry(extra, h->fd);
	/* What accept() gave the program may be cut. */
	extra->peer = kernel_peer(h->fd);
	if (!extra->peer.known)
		return;
	extra->hash = hash_of(extra);
	extra->entered = (uint8_t)h->facts.serial;
	at = bucket_of(extra->hash);
	for (next = *at; next; next = other->next) {
		other = fd_extra((int)next - 1);
		if (have_same_peer(extra, other) &&
		    is_current((int)next - 1, other))
			supersede_mark((int)next - 1);
	}
	extra->next = *at;
	*at = (uint32_t)h->fd + 1;
}

/* Newer ones stand before it. */
bool supersede_has_newer(int fd)
{
	const struct fd_extra *extra = fd_extra(fd), *other;
	uint32_t next;

	if (!buckets || !extra || !extra->hash)
		return false;
	for (next = *bucket_of(extra->hash); next && next != (uint32_t)fd + 1;
	     next = other->next) {
		other = fd_extra((int)next - 1);
		if (have_same_peer(extra, other) &&
		    is_current((int)next - 1, other))
			return true;
	}
	return false;
}

/* ---- a listener's queue ---- */

/* A queue that has waited: what is to be found out once nothing is held. */
static struct search {
	unsigned port; /* 0: nothing */
	int listener;
	bool same_peer; /* the rules of which kind */
	bool must_wait; /* only connections whose peer waits in the queue */
	int found; /* -1: none */
	unsigned serial;
	int64_t silence;
} search;

struct served {
	unsigned port;
	const struct rule *rule; /* of the first; NULL: none is served */
};

static bool find_served(int fd, struct fd_entry *slot, void *arg)
{
	const struct fd_extra *extra = fd_extra(fd);
	struct served *served = arg;

	if (extra && extra->local.port == served->port)
		served->rule = rule_of_served(fd_facts(slot));
	return !served->rule;
}

int64_t supersede_check_listener(struct locked_fd *h)
{
	struct served served = {.port = kernel_local(h->fd).port};
	struct tcp_clocks tcp;

	if (!fd_lock_is_same(h) || kernel_tcp_clocks(h->fd, &tcp))
		return LOST;
	fd_for_each(find_served, &served);
	if (!served.rule)
		return NEVER;
	if (!tcp.queued) {
		fd_set_value(h->slot, 0, 0, 0);
	} else if (!h->facts.value) {
		fd_set_value(h->slot, 1, 0, 0);
	} else {
		fd_set_value(h->slot, 0, 0, 0);
		search = (struct search){
			.port = served.port, .listener = h->fd, .found = -1};
	}
	return rule_value(served.rule, SUPERSEDE_AFTER);
}

/* Peers in the queue of a port, asked for in the helper task; one at a time. */
#define WAITING_MAX 64

static struct {
	unsigned port, count;
	uint8_t addr[WAITING_MAX][16];
} waiting;

static bool note_waiting(const struct inet_diag_msg *socket, void *arg)
{
	uint8_t *addr = waiting.addr[waiting.count];

	(void)arg;
	/* Not accepted yet: it belongs to no file. */
	if (socket->idiag_inode ||
	    ntohs(socket->id.idiag_sport) != waiting.port)
		return false;
	if (socket->idiag_family == AF_INET) {
		memset(addr, 0, 10);
		memset(addr + 10, 0xff, 2);
		memcpy(addr + 12, socket->id.idiag_dst, 4);
	} else {
		memcpy(addr, socket->id.idiag_dst, 16);
	}
	return ++waiting.count == WAITING_MAX;
}

static void find_waiting(void)
{
	inet_diag_any(1u << STATE_ESTABLISHED | 1u << STATE_CLOSE_WAIT,
		      note_waiting, NULL);
}

static bool is_waiting(const struct endpoint *peer)
{
	for (unsigned i = 0; i < waiting.count; i++)
		if (!memcmp(waiting.addr[i], peer->addr, sizeof peer->addr))
			return true;
	return false;
}

static bool ask_who_waits(unsigned port)
{
	static bool told;
	long failed;

	waiting.port = port;
	waiting.count = 0;
	failed = helper_run(find_waiting);
	if (failed && !told)
		record_failure(-1, NULL, "ask which peers wait", (int)-failed);
	told = failed;
	return !failed && waiting.count;
}

/* Is it in the way, for all that can be told without holding it? Keeps the one
 * that has been lifeless the longest. */
static bool consider(int fd, struct fd_entry *slot, void *arg)
{
	const struct fd_extra *extra = fd_extra(fd);
	const struct facts facts = fd_facts(slot);
	const struct rule *rule = rule_of_served(facts);
	struct tcp_clocks tcp;
	int64_t silence;

	(void)arg;
	if (!rule || !extra || extra->local.port != search.port ||
	    is_same_peer(rule) != search.same_peer ||
	    (search.must_wait && !is_waiting(&extra->peer)) ||
	    kernel_tcp_clocks(fd, &tcp) || tcp.state == STATE_CLOSE)
		return true;
	silence = timeout_peer_silence(&tcp);
	if (silence <= rule_value(rule, SUPERSEDE_AFTER) ||
	    silence <= search.silence || kernel_has_unread(fd))
		return true;
	search.found = fd;
	search.serial = (unsigned)facts.serial;
	search.silence = silence;
	return true;
}

static bool still_waits(void)
{
	const int fd = search.listener;
	struct tcp_clocks tcp;

	return identity_now(fd) == *fd_identity(fd) &&
	       !kernel_tcp_clocks(fd, &tcp) && tcp.state == STATE_LISTEN &&
	       tcp.queued;
}

/* Everything once more, now that it is held. */
static bool is_in_the_way(struct locked_fd *h, struct tcp_clocks *tcp)
{
	const struct rule *rule = rule_of_served(h->facts);

	return h->facts.serial == search.serial && rule && still_waits() &&
	       fd_lock_is_same(h) && !kernel_tcp_clocks(h->fd, tcp) &&
	       tcp->state != STATE_CLOSE &&
	       timeout_peer_silence(tcp) > rule_value(rule, SUPERSEDE_AFTER) &&
	       !kernel_has_unread(h->fd);
}

static void end_found(void)
{
	const int pid = fdtable_pid();
	struct tcp_clocks tcp;
	struct locked_fd h;
	int64_t next = NEVER;

	RACE_POINT();
	if (search.found < 0 || fd_lock_now(&h, search.found, pid) != TAKEN)
		return;
	if (is_in_the_way(&h, &tcp))
		next = timeout_supersede(&h, &tcp);
	fd_unlock(h.slot, pid);
	if (next != NEVER)
		watchdog_requeue(search.found, next);
}

void supersede_after_check(void)
{
	if (!search.port)
		return;
	fd_for_each(consider, NULL);
	if (search.found < 0) {
		search.same_peer = true;
		fd_for_each(consider, NULL);
		/* Worth the question only if some connection is lifeless. */
		search.must_wait = search.found >= 0;
	}
	if (search.must_wait) {
		search.found = -1;
		search.silence = 0;
		if (ask_who_waits(search.port))
			fd_for_each(consider, NULL);
	}
	end_found();
	search.port = 0;
}
