/* SPDX-License-Identifier: MIT
 * The table of descriptors: two levels, no lock, memory only where used.
 */
#include "slots.h"

#include <limits.h>
#include <linux/futex.h>
#include <stddef.h>
#include <time.h>

#include "bare.h"
#include "kernel.h"
#include "process.h"

_Atomic(struct leaf *) leaves[LEAVES];

static uint32_t word_of(int pid, enum word_state state)
{
	return (uint32_t)pid << 2 | state;
}

static enum word_state state_of(uint32_t word)
{
	return (enum word_state)(word & 3);
}

static bool is_of(uint32_t word, int pid)
{
	return word >> 2 == (uint32_t)pid;
}

static bool leaf_make(unsigned index)
{
	struct leaf *none = NULL, *leaf;

	if (atomic_load_explicit(&leaves[index], memory_order_acquire))
		return true;
	leaf = kernel_memory(sizeof *leaf);
	if (!leaf)
		return false;
	if (!atomic_compare_exchange_strong(&leaves[index], &none, leaf))
		kernel_release(leaf, sizeof *leaf);
	return true;
}

/* All leaves up to this one: the heap's places run from the first leaf on. */
static bool leaves_make(int fd)
{
	if (slot_of(fd))
		return true;
	if ((unsigned)fd >= LEAVES * LEAF_SLOTS)
		return false;
	for (unsigned i = 0; i <= (unsigned)fd / LEAF_SLOTS; i++)
		if (!leaf_make(i))
			return false;
	return true;
}

struct slot *slot_begin(int fd, unsigned flags)
{
	struct slot *slot;

	if (!leaves_make(fd))
		return NULL;
	slot_forget(fd);
	slot = slot_of(fd);
	if (!slot)
		return NULL;
	slot->reads = 0;
	slot->rule = 0;
	slot_set_cookie(slot, 0);
	slot->flags = (uint16_t)flags;
	atomic_store(&slot->word, word_of(slots_pid(), KEPT));
	return slot;
}

void slot_set_foreign(int fd)
{
	slot_begin(fd, SLOT_FOREIGN);
}

static void wait_while_busy(struct slot *slot, uint32_t busy)
{
	uint32_t waited = busy | WAITED;
	const struct timespec soon = { 0, 20000000 };

	if (state_of(busy) == BUSY &&
	    !atomic_compare_exchange_strong(&slot->word, &busy, waited))
		return;
	/* Bounded: should a sandbox swallow the wake, the program goes on. */
	sys4(SYS_futex, &slot->word, FUTEX_WAIT_PRIVATE, waited, &soon);
}

/* From any state of `pid`'s to `to`; false when the word is another's. */
static bool take_back(struct slot *slot, int pid, uint32_t to)
{
	uint32_t word = atomic_load(&slot->word);

	while (is_of(word, pid)) {
		if (state_of(word) < BUSY &&
		    atomic_compare_exchange_strong(&slot->word, &word, to))
			return true;
		if (state_of(word) >= BUSY && is_of(word, pid))
			wait_while_busy(slot, word);
		word = atomic_load(&slot->word);
	}
	return false;
}

void slot_forget(int fd)
{
	struct slot *slot = slot_known(fd);

	if (!slot)
		return;
	if (slot_has(slot, SLOT_FOREIGN)) {
		atomic_store(&slot->word, 0); /* the task has no part in it */
		return;
	}
	/* The pid is asked, not only remembered: a vfork child shares the
	 * table, and what it closes is still open in its parent. */
	if (slots_pid() == kernel_pid())
		take_back(slot, slots_pid(), 0);
}

void slot_forget_range(unsigned first, unsigned last)
{
	for (unsigned i = first / LEAF_SLOTS; i < LEAVES; i++) {
		const unsigned base = i * LEAF_SLOTS;

		if (base > last)
			return;
		if (!atomic_load(&leaves[i]))
			continue;
		for (unsigned n = 0; n < LEAF_SLOTS; n++)
			if (base + n >= first && base + n <= last)
				slot_forget((int)(base + n));
	}
}

bool slot_settle(struct slot *slot)
{
	const int pid = slots_pid();

	return take_back(slot, pid, word_of(pid, KEPT));
}

void slot_arm(struct slot *slot)
{
	const int pid = slots_pid();
	uint32_t kept = word_of(pid, KEPT);

	atomic_compare_exchange_strong(&slot->word, &kept,
				       word_of(pid, ARMED));
}

bool slot_take(struct slot *slot, int pid)
{
	uint32_t armed = word_of(pid, ARMED);

	return atomic_compare_exchange_strong(&slot->word, &armed,
					      word_of(pid, BUSY));
}

static void leave_word(struct slot *slot, uint32_t word)
{
	if (state_of(atomic_exchange(&slot->word, word)) == WAITED)
		sys3(SYS_futex, &slot->word, FUTEX_WAKE_PRIVATE, INT_MAX);
}

void slot_give(struct slot *slot, int pid, enum word_state state)
{
	leave_word(slot, word_of(pid, state));
}

void slot_drop(struct slot *slot)
{
	leave_word(slot, 0);
}

void slot_each(bool (*each)(int fd, struct slot *slot, void *arg), void *arg)
{
	for (unsigned i = 0; i < LEAVES * LEAF_SLOTS; i++) {
		if (!atomic_load(&leaves[i / LEAF_SLOTS])) {
			i |= LEAF_SLOTS - 1;
			continue;
		}
		struct slot *slot = slot_known((int)i);

		if (slot && !each((int)i, slot, arg))
			return;
	}
}

/* What the parent's memory said of its descriptors is still true of ours; but
 * its watch task, and with it all places in the heap, stayed behind. */
static bool adopt(int fd, struct slot *slot, void *arg)
{
	const enum word_state state = state_of(atomic_load(&slot->word));
	const int *pid = arg;

	(void)fd;
	slot->place = 0;
	atomic_store(&slot->word, word_of(*pid, state == KEPT ? KEPT : ARMED));
	return true;
}

int slots_pid(void)
{
	bool is_child;
	int pid = process_id(&is_child);

	if (is_child)
		slot_each(adopt, &pid);
	return pid;
}
