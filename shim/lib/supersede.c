/* SPDX-License-Identifier: MIT
 * The mend supersede.
 *
 * A program that accepts while it serves: an accepted connection outdates the
 * older ones of its peer. Which those are is asked of the kernel, but only of
 * slots whose tag is right: a server may have ten thousand of them.
 *
 * A program that does not: its listener is looked at every `after`. A queue
 * found not empty twice in a row has been so for that long (or was refilled,
 * which is as good a reason). Who waits in it is asked of sock_diag, apart from
 * the program's descriptors.
 */
#include "supersede.h"

#include <linux/inet_diag.h>
#include <netinet/in.h>
#include <string.h>

#include "apart.h"
#include "diag.h"
#include "due.h"
#include "journal_write.h"
#include "kernel.h"
#include "self.h"
#include "watch.h"

bool supersede_wanted(const struct rule *rule)
{
	return rule_has(rule, SUPERSEDE_WHEN) && rule_has(rule, SUPERSEDE_AFTER);
}

/* A connection of such a rule, accepted on local port `port` and not ended
 * yet? */
static bool serves(int fd, const struct slot *slot, unsigned port)
{
	const struct rule *rule = self_rule(slot->rule);

	return rule && slot_has(slot, SLOT_ACCEPTED) &&
	       !slot_has(slot, SLOT_IDLE_ENDED) &&
	       supersede_wanted(rule) && kernel_local(fd).port == port;
}

/* ---- it is accepted ---- */

struct newcomer {
	int fd;
	const struct slot *slot;
	struct endpoint local, peer;
	uint16_t tag;
};

/* Of a peer on a local port (FNV-1a, folded). Not 0: that is not known. */
static uint16_t tag_of(const struct newcomer *n)
{
	uint32_t hash = 2166136261u ^ n->local.port;

	for (unsigned i = 0; i < sizeof n->peer.addr; i++)
		hash = (hash ^ n->peer.addr[i]) * 16777619u;
	hash = (hash >> 16 ^ hash) & UINT16_MAX;
	return (uint16_t)(hash ? hash : 1);
}

/* The tag stands where reads that returned 0 are counted later. */
static bool may_have_tag(const struct slot *slot, uint16_t tag)
{
	return slot_has(slot, SLOT_EOF_SEEN) || !slot->reads ||
	       slot->reads == tag;
}

static bool is_of_same_peer(int fd, const struct slot *slot,
			    const struct newcomer *n)
{
	struct endpoint peer;

	if (fd == n->fd || slot->rule != n->slot->rule ||
	    !may_have_tag(slot, n->tag) || !serves(fd, slot, n->local.port))
		return false;
	peer = kernel_peer(fd);
	return !memcmp(peer.addr, n->peer.addr, sizeof peer.addr);
}

/* An older connection of the same peer has one look left. */
static bool outdate(int fd, struct slot *slot, void *arg)
{
	if (is_of_same_peer(fd, slot, arg) && slot_settle(slot)) {
		slot_mark(slot, SLOT_OUTDATED);
		watch_arm(fd, slot, 0);
	}
	return true;
}

static void outdate_older(int fd, struct slot *slot)
{
	struct newcomer n = { .fd = fd, .slot = slot };

	n.local = kernel_local(fd);
	n.peer = kernel_peer(fd);
	n.tag = tag_of(&n);
	slot->reads = n.tag;
	slot_each(outdate, &n);
}

static void watch_queue(int listener, const struct rule *rule)
{
	struct slot *slot = slot_of(listener);

	if (!slot_settle(slot))
		return;
	slot_set_cookie(slot, kernel_cookie(listener));
	watch_arm(listener, slot, rule_value(rule, SUPERSEDE_AFTER));
}

void supersede_accepted(int listener, int fd, struct slot *slot,
			const struct rule *rule)
{
	const bool same_peer =
		rule_value(rule, SUPERSEDE_WHEN) == SUPERSEDE_SAME_PEER;

	if (same_peer)
		outdate_older(fd, slot);
	watch_queue(listener, rule);
	if (same_peer)
		apart_make();
}

/* ---- it waits ---- */

/* The search for the connection that has been silent the longest, or while
 * nobody waits for any that is served. */
struct search {
	unsigned port;
	bool for_any;
	int found; /* -1: none is served */
	int64_t silent, after;
	int64_t when;
};

static bool consider(int fd, struct slot *slot, void *arg)
{
	struct search *search = arg;
	struct tcp_facts facts;

	if (!serves(fd, slot, search->port) || kernel_facts(fd, &facts) ||
	    facts.state == STATE_CLOSE)
		return true;
	if (search->found >= 0 && facts.silent_received <= search->silent)
		return true;
	search->found = fd;
	search->silent = facts.silent_received;
	search->after = rule_value(self_rule(slot->rule), SUPERSEDE_AFTER);
	search->when = rule_value(self_rule(slot->rule), SUPERSEDE_WHEN);
	return !search->for_any;
}

/* What the task apart is to find out; one at a time. */
static struct {
	unsigned port;
	struct endpoint peer;
	bool waits;
} asked;

static bool is_from_peer(const struct inet_diag_msg *socket, void *arg)
{
	struct endpoint from = { .known = true };

	(void)arg;
	/* Not accepted yet: it belongs to no file. */
	if (socket->idiag_inode || ntohs(socket->id.idiag_sport) != asked.port)
		return false;
	if (socket->idiag_family == AF_INET) {
		from.addr[10] = from.addr[11] = 0xff;
		memcpy(from.addr + 12, socket->id.idiag_dst, 4);
	} else {
		memcpy(from.addr, socket->id.idiag_dst, 16);
	}
	return !memcmp(from.addr, asked.peer.addr, sizeof from.addr);
}

static void find_out(void)
{
	asked.waits = diag_any(1u << STATE_ESTABLISHED | 1u << STATE_CLOSE_WAIT,
			       is_from_peer, NULL);
}

static bool waits_in_queue(unsigned port, const struct endpoint *peer)
{
	static bool told;
	long failed;

	asked.port = port;
	asked.peer = *peer;
	asked.waits = false;
	failed = apart_do(find_out);
	if (failed && !told)
		record_failure(-1, NULL, "ask who waits", (int)-failed);
	told = failed;
	return asked.waits;
}

static bool is_in_the_way(const struct search *search)
{
	struct endpoint peer;

	if (search->silent <= search->after)
		return false;
	if (search->when == SUPERSEDE_ANY)
		return true;
	peer = kernel_peer(search->found);
	return waits_in_queue(search->port, &peer);
}

int64_t supersede_look(int fd, struct slot *slot, int *also)
{
	struct search search = { .port = kernel_local(fd).port, .found = -1 };
	struct tcp_facts facts;

	if (!slot_is_socket(slot, kernel_cookie(fd)) ||
	    kernel_facts(fd, &facts))
		return LOST;
	search.for_any = !facts.queued;
	slot_each(consider, &search);
	if (search.found < 0)
		return NEVER;
	if (!facts.queued)
		slot->reads = 0;
	else if (slot->reads++ && is_in_the_way(&search)) {
		slot_mark(slot_of(search.found), SLOT_OUTDATED);
		*also = search.found;
		slot->reads = 0;
	}
	return search.after;
}
