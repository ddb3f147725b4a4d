/* SPDX-License-Identifier: MIT
 * The mend supersede, for a program that does not accept while it serves.
 *
 * While it serves, its listener is looked at every `after`. A queue found not
 * empty twice in a row has been so for that long (or was refilled, which is
 * as good a reason). Who waits in it is asked of sock_diag, in a task with a
 * descriptor table of its own, so that the program sees no descriptor of ours,
 * and we hold none of its.
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

bool supersede_wanted(const struct rule *rule)
{
	return rule_has(rule, SUPERSEDE_WHEN) && rule_has(rule, SUPERSEDE_AFTER);
}

void supersede_prepare(const struct rule *rule)
{
	if (rule_value(rule, SUPERSEDE_WHEN) == SUPERSEDE_SAME_PEER)
		apart_make();
}

bool supersede_serves(int fd, const struct slot *slot, unsigned port)
{
	const struct rule *rule = self_rule(slot->rule);

	return rule && slot_has(slot, SLOT_ACCEPTED) &&
	       !slot_has(slot, SLOT_IDLE_ENDED) &&
	       supersede_wanted(rule) && kernel_local(fd).port == port;
}

/* The search for the connection that has been silent the longest. */
struct search {
	unsigned port;
	int found; /* -1: none is served */
	int64_t silent, after;
	int64_t when;
};

static bool consider(int fd, struct slot *slot, void *arg)
{
	struct search *search = arg;
	struct tcp_facts facts;

	if (!supersede_serves(fd, slot, search->port) ||
	    kernel_facts(fd, &facts) || facts.state == STATE_CLOSE)
		return true;
	if (search->found >= 0 && facts.silent_received <= search->silent)
		return true;
	search->found = fd;
	search->silent = facts.silent_received;
	search->after = rule_value(self_rule(slot->rule), SUPERSEDE_AFTER);
	search->when = rule_value(self_rule(slot->rule), SUPERSEDE_WHEN);
	return true;
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
