/* SPDX-License-Identifier: MIT
 * Holding an entry of the descriptor table.
 */
#include "state/fd_lock.h"

#include <signal.h>

#include "sys/raw_syscall.h"
#include "state/journal_write.h"
#include "sys/kernel.h"
#include "sys/races.h"
#include "state/context.h"

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

static void fill(struct locked_fd *h)
{
	h->facts = fd_facts(h->slot);
	h->rule = context_rule(h->facts.rule);
	RACE_POINT();
}

enum take fd_lock_now(struct locked_fd *h, int fd, int pid)
{
	enum take taken;

	*h = (struct locked_fd){.fd = fd, .pid = pid, .slot = fd_entry_of(fd)};
	taken = h->slot ? fd_trylock(h->slot, pid) : TAKE_NONE;
	if (taken == TAKEN)
		fill(h);
	return taken;
}

bool fd_lock(struct locked_fd *h, int fd)
{
	const int pid = fdtable_pid();
	struct fd_entry *slot = fd_lookup(fd);
	enum take taken = TAKE_LOCKED;

	if (!slot || pid != kernel_pid())
		return false;
	*h = (struct locked_fd){.fd = fd, .pid = pid, .slot = slot};
	h->signals = signals_block();
	while (taken == TAKE_LOCKED) {
		taken = fd_trylock(slot, pid);
		if (taken == TAKE_LOCKED)
			fd_wait_unlocked(slot);
	}
	if (taken == TAKEN)
		fill(h);
	else
		signals_restore(h->signals);
	return taken == TAKEN;
}

void fd_lock_release(const struct locked_fd *h)
{
	fd_unlock(h->slot, h->pid);
	signals_restore(h->signals);
}

void fd_lock_release_untrack(const struct locked_fd *h)
{
	fd_unlock_untrack(h->slot);
	signals_restore(h->signals);
}

void fd_lock_set_flags(struct locked_fd *h, unsigned set, unsigned clear)
{
	fd_change_flags(h->slot, &h->facts, set, clear);
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
bool fd_lock_is_same(const struct locked_fd *h)
{
	static const struct endpoint none;
	const uint32_t identity = *fd_identity(h->fd);
	const uint64_t cookie = kernel_cookie(h->fd);
	const struct endpoint peer = kernel_peer(h->fd);

	RACE_POINT();
	if (!identity || !cookie)
		return false;
	if (identity == identity_of(cookie, &none))
		*fd_identity(h->fd) = identity_of(cookie, &peer);
	else if (identity != identity_of(cookie, &peer))
		return false;
	return true;
}

struct event event_of_entry(enum event_id id, int fd, struct facts facts,
			    const struct rule *rule, const char *done)
{
	struct event e = event_of(id, fd, rule, done);
	const struct fd_extra *extra = fd_extra(fd);

	if (extra) {
		e.local = extra->local;
		e.peer = extra->peer;
		e.cookie = extra->cookie;
	}
	if (facts.flags & ENTRY_ACCEPTED)
		e.flags |= EVENT_ACCEPT;
	return e;
}
