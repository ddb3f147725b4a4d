/* SPDX-License-Identifier: MIT
 * The table of descriptors: two levels, no lock, memory only where used.
 */
#include "slots.h"

#include <limits.h>
#include <linux/futex.h>
#include <string.h>
#include <time.h>

#include "bare.h"
#include "kernel.h"
#include "process.h"
#include "races.h"

_Atomic(struct leaf *) leaves[LEAVES];
static _Atomic(struct extra *) extras[LEAVES];

bool slot_change(struct slot *slot, struct facts *was, struct facts now)
{
	union facts_word old = { .facts = *was }, new = { .facts = now };

	if (atomic_compare_exchange_strong(&slot->facts, &old.word, new.word))
		return true;
	*was = old.facts;
	return false;
}

bool slot_reflag(struct slot *slot, struct facts *was, unsigned set,
		 unsigned clear)
{
	const unsigned serial = was->serial;
	struct facts now;

	do {
		if (was->serial != serial)
			return false;
		now = *was;
		now.flags = (now.flags | set) & ~clear & 0xffffff;
	} while (!slot_change(slot, was, now));
	*was = now;
	return true;
}

void slot_mark(struct slot *slot, unsigned set)
{
	struct facts facts = slot_facts(slot);

	slot_reflag(slot, &facts, set, 0);
}

void slot_unmark(struct slot *slot, unsigned clear)
{
	struct facts facts = slot_facts(slot);

	slot_reflag(slot, &facts, 0, clear);
}

void slot_set_rule(struct slot *slot, unsigned rule)
{
	struct facts was = slot_facts(slot), now;

	do {
		now = was;
		now.rule = (uint16_t)rule;
	} while (!slot_change(slot, &was, now));
}

void slot_set_value(struct slot *slot, unsigned value, unsigned set,
		    unsigned clear)
{
	struct facts was = slot_facts(slot), now;

	do {
		now = was;
		now.value = (uint16_t)value;
		now.flags = (now.flags | set) & ~clear & 0xffffff;
	} while (!slot_change(slot, &was, now));
}

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

struct extra *slot_extra(int fd)
{
	struct extra *leaf = (unsigned)fd < LEAVES * LEAF_SLOTS
				     ? extras[(unsigned)fd / LEAF_SLOTS]
				     : NULL;

	return leaf ? &leaf[(unsigned)fd % LEAF_SLOTS] : NULL;
}

struct extra *slot_extra_make(int fd)
{
	const size_t size = LEAF_SLOTS * sizeof(struct extra);
	struct extra *none = NULL, *leaf;

	if (slot_extra(fd) || (unsigned)fd >= LEAVES * LEAF_SLOTS)
		return slot_extra(fd);
	leaf = kernel_memory(size);
	if (leaf && !atomic_compare_exchange_strong(
			    &extras[(unsigned)fd / LEAF_SLOTS], &none, leaf))
		kernel_release(leaf, size);
	return slot_extra(fd);
}

struct slot *slot_begin(int fd, unsigned flags)
{
	struct facts facts;
	struct slot *slot;

	if (!leaves_make(fd))
		return NULL;
	slot_forget(fd);
	slot = slot_of(fd);
	/* Still tracked: we are a vfork child, and it is our parent's. */
	if (!slot || slot->word)
		return NULL;
	facts = slot_facts(slot);
	slot->wish = 0;
	*slot_identity(fd) = 0;
	slot->facts = (union facts_word){
		.facts = { .flags = flags & 0xffffff,
			   .serial = (uint8_t)(facts.serial + 1) }
	}.word;
	atomic_store(&slot->word, word_of(slots_pid(), KEPT));
	return slot;
}

void slot_set_foreign(int fd)
{
	slot_begin(fd, SLOT_FOREIGN);
}

void slot_wait(struct slot *slot)
{
	uint32_t busy = atomic_load(&slot->word);
	const uint32_t waited = (busy & ~3u) | WAITED;
	/* Bounded: should a sandbox swallow the wake, the program goes on. */
	const struct timespec soon = { 0, 20000000 };

	if (state_of(busy) == KEPT ||
	    (state_of(busy) == BUSY &&
	     !atomic_compare_exchange_strong(&slot->word, &busy, waited)))
		return;
	sys4(SYS_futex, &slot->word, FUTEX_WAIT_PRIVATE, waited, &soon);
}

enum take slot_take(struct slot *slot, int pid)
{
	uint32_t word = word_of(pid, KEPT);

	if (atomic_compare_exchange_strong(&slot->word, &word,
					   word_of(pid, BUSY)))
		return TAKEN;
	return is_of(word, pid) ? TAKE_BUSY : TAKE_NONE;
}

static void leave_word(struct slot *slot, uint32_t word)
{
	if (state_of(atomic_exchange(&slot->word, word)) == WAITED)
		sys3(SYS_futex, &slot->word, FUTEX_WAKE_PRIVATE, INT_MAX);
}

void slot_give(struct slot *slot, int pid)
{
	leave_word(slot, word_of(pid, KEPT));
}

void slot_drop(struct slot *slot)
{
	leave_word(slot, 0);
}

static void set_untracked(struct slot *slot, int pid)
{
	uint32_t word = atomic_load(&slot->word);

	while (is_of(word, pid)) {
		if (state_of(word) != KEPT)
			slot_wait(slot);
		else if (atomic_compare_exchange_strong(&slot->word, &word, 0))
			return;
		word = atomic_load(&slot->word);
	}
}

void slot_forget(int fd)
{
	struct slot *slot = slot_known(fd);

	if (!slot)
		return;
	RACE_POINT();
	/* No other thread acts on it, or none can: in a child of a fork past
	 * libc, where no id was asked for since. So there is nothing to wait
	 * for, and no system call that a sandbox might not have. */
	if (slot_has(slot, SLOT_FOREIGN) || !process_id_is_known()) {
		atomic_store(&slot->word, 0);
		return;
	}
	/* The pid is asked, not only remembered: a vfork child shares the
	 * table, and what it closes is still open in its parent. What is not
	 * watched is worth no system call. */
	if (!*slot_identity(fd) || slots_pid() == kernel_pid())
		set_untracked(slot, slots_pid());
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
 * the threads that held an entry stayed behind, and so did its watch task:
 * watch.c reads the places in its heap once more. */
static bool adopt(int fd, struct slot *slot, void *arg)
{
	const int *pid = arg;

	(void)fd;
	atomic_store(&slot->word, word_of(*pid, KEPT));
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
