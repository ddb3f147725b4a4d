/* SPDX-License-Identifier: MIT
 * Holding an entry of the descriptor table.
 */
#include "hold.h"

#include <signal.h>

#include "bare.h"
#include "journal_write.h"
#include "kernel.h"
#include "races.h"
#include "self.h"

uint64_t signals_block(void)
{
	uint64_t all = ~UINT64_C(0), before = 0;

	sys4(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, 8);
	return before;
}

void signals_restore(uint64_t mask)
{
	sys4(SYS_rt_sigprocmask, SIG_SETMASK, &mask, 0, 8);
}

static void fill(struct held *h)
{
	h->facts = slot_facts(h->slot);
	h->rule = self_rule(h->facts.rule);
	RACE_POINT();
}

enum take hold_now(struct held *h, int fd, int pid)
{
	enum take taken;

	*h = (struct held){ .fd = fd, .pid = pid, .slot = slot_of(fd) };
	taken = h->slot ? slot_take(h->slot, pid) : TAKE_NONE;
	if (taken == TAKEN)
		fill(h);
	return taken;
}

bool hold(struct held *h, int fd)
{
	const int pid = slots_pid();
	struct slot *slot = slot_known(fd);
	enum take taken = TAKE_BUSY;

	if (!slot || pid != kernel_pid())
		return false;
	*h = (struct held){ .fd = fd, .pid = pid, .slot = slot };
	h->signals = signals_block();
	while (taken == TAKE_BUSY) {
		taken = slot_take(slot, pid);
		if (taken == TAKE_BUSY)
			slot_wait(slot);
	}
	if (taken == TAKEN)
		fill(h);
	else
		signals_restore(h->signals);
	return taken == TAKEN;
}

void unhold(const struct held *h)
{
	slot_give(h->slot, h->pid);
	signals_restore(h->signals);
}

void unhold_drop(const struct held *h)
{
	slot_drop(h->slot);
	signals_restore(h->signals);
}

void hold_reflag(struct held *h, unsigned set, unsigned clear)
{
	slot_reflag(h->slot, &h->facts, set, clear);
}

/* FNV-1a. */
static uint32_t hash(uint32_t so_far, const void *bytes, unsigned count)
{
	const uint8_t *byte = bytes;

	for (unsigned i = 0; i < count; i++)
		so_far = (so_far ^ byte[i]) * 16777619u;
	return so_far;
}

uint32_t identity_of(uint64_t cookie, const struct endpoint *peer)
{
	uint32_t identity = hash(2166136261u, &cookie, sizeof cookie);

	if (!cookie)
		return 0;
	if (peer->known) {
		identity = hash(identity, peer->addr, sizeof peer->addr);
		identity = hash(identity, &peer->port, sizeof peer->port);
	}
	return identity ? identity : 1;
}

uint32_t identity_now(int fd)
{
	const uint64_t cookie = kernel_cookie(fd);
	struct endpoint peer;

	if (!cookie)
		return 0;
	peer = kernel_peer(fd);
	return identity_of(cookie, &peer);
}

/* An accepted connection is entered by its cookie alone: its peer is not asked
 * for, and the name the program got may be cut. The first proof adds it. */
bool hold_is_same(const struct held *h)
{
	static const struct endpoint none;
	const uint32_t identity = *slot_identity(h->fd);
	const uint64_t cookie = kernel_cookie(h->fd);
	const struct endpoint peer = kernel_peer(h->fd);

	RACE_POINT();
	if (!identity || !cookie)
		return false;
	if (identity == identity_of(cookie, &none))
		*slot_identity(h->fd) = identity_of(cookie, &peer);
	else if (identity != identity_of(cookie, &peer))
		return false;
	return true;
}

struct event event_kept(enum event_id id, int fd, struct facts facts,
			const struct rule *rule, const char *done)
{
	struct event e = event_of(id, fd, rule, done);
	const struct extra *extra = slot_extra(fd);

	if (extra) {
		e.local = extra->local;
		e.peer = extra->peer;
		e.cookie = extra->cookie;
	}
	if (facts.flags & SLOT_ACCEPTED)
		e.flags |= EVENT_ACCEPT;
	return e;
}
