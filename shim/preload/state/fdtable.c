/* SPDX-License-Identifier: MIT
 * The table of descriptors: two levels, no lock, memory only where used.
 */
#include "state/fdtable.h"

#include <limits.h>
#include <linux/futex.h>
#include <string.h>
#include <time.h>

#include "sys/raw_syscall.h"
#include "sys/kernel.h"
#include "state/process.h"
#include "sys/races.h"

_Atomic(struct fd_page *) fd_pages[FD_PAGES];
static _Atomic(struct fd_extra *) extras[FD_PAGES];

bool fd_change(struct fd_entry *slot, struct facts *was, struct facts now)
{
	union facts_word old = {.facts = *was}, new = {.facts = now};

	if (atomic_compare_exchange_strong(&slot->facts, &old.word, new.word))
		return true;
	*was = old.facts;
	return false;
}

bool fd_change_flags(struct fd_entry *slot, struct facts *was, unsigned set,
		     unsigned clear)
{
	const unsigned serial = was->serial;
	struct facts now;

	do {
		if (was->serial != serial)
			return false;
		now = *was;
		now.flags = (now.flags | set) & ~clear & 0xffffff;
	} while (!fd_change(slot, was, now));
	*was = now;
	return true;
}

void fd_set_flags(struct fd_entry *slot, unsigned set)
{
	struct facts facts = fd_facts(slot);

	fd_change_flags(slot, &facts, set, 0);
}

void fd_clear_flags(struct fd_entry *slot, unsigned clear)
{
	struct facts facts = fd_facts(slot);

	fd_change_flags(slot, &facts, 0, clear);
}

void fd_set_rule(struct fd_entry *slot, unsigned rule)
{
	struct facts was = fd_facts(slot), now;

	do {
		now = was;
		now.rule = (uint16_t)rule;
	} while (!fd_change(slot, &was, now));
}

void fd_set_value(struct fd_entry *slot, unsigned value, unsigned set,
		  unsigned clear)
{
	struct facts was = fd_facts(slot), now;

	do {
		now = was;
		now.value = (uint16_t)value;
		now.flags = (now.flags | set) & ~clear & 0xffffff;
	} while (!fd_change(slot, &was, now));
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
	struct fd_page *none = NULL, *page;

	if (atomic_load_explicit(&fd_pages[index], memory_order_acquire))
		return true;
	page = kernel_mmap(sizeof *page);
	if (!page)
		return false;
	if (!atomic_compare_exchange_strong(&fd_pages[index], &none, page))
		kernel_munmap(page, sizeof *page);
	return true;
}

/* All leaves up to this one: the heap's places run from the first page on. */
static bool fd_pages_make(int fd)
{
	if (fd_entry_of(fd))
		return true;
	if ((unsigned)fd >= FD_PAGES * PAGE_ENTRIES)
		return false;
	for (unsigned i = 0; i <= (unsigned)fd / PAGE_ENTRIES; i++)
		if (!leaf_make(i))
			return false;
	return true;
}

struct fd_extra *fd_extra(int fd)
{
	struct fd_extra *page = (unsigned)fd < FD_PAGES * PAGE_ENTRIES
					? extras[(unsigned)fd / PAGE_ENTRIES]
					: NULL;

	return page ? &page[(unsigned)fd % PAGE_ENTRIES] : NULL;
}

struct fd_extra *fd_extra_make(int fd)
{
	const size_t size = PAGE_ENTRIES * sizeof(struct fd_extra);
	struct fd_extra *none = NULL, *page;

	if (fd_extra(fd) || (unsigned)fd >= FD_PAGES * PAGE_ENTRIES)
		return fd_extra(fd);
	page = kernel_mmap(size);
	if (page && !atomic_compare_exchange_strong(
			    &extras[(unsigned)fd / PAGE_ENTRIES], &none, page))
		kernel_munmap(page, size);
	return fd_extra(fd);
}

struct fd_entry *fd_track(int fd, unsigned flags)
{
	struct facts facts;
	struct fd_entry *slot;

	if (!fd_pages_make(fd))
		return NULL;
	fd_untrack(fd);
	slot = fd_entry_of(fd);
	/* Still tracked: we are a vfork child, and it is our parent's. */
	if (!slot || slot->word)
		return NULL;
	facts = fd_facts(slot);
	slot->requested = 0;
	*fd_identity(fd) = 0;
	slot->facts =
		(union facts_word){
			.facts = {.flags = flags & 0xffffff,
				  .serial = (uint8_t)(facts.serial + 1)}}
			.word;
	atomic_store(&slot->word, word_of(fdtable_pid(), UNLOCKED));
	return slot;
}

void fd_set_not_tcp(int fd)
{
	fd_track(fd, ENTRY_NOT_TCP);
}

void fd_wait_unlocked(struct fd_entry *slot)
{
	uint32_t busy = atomic_load(&slot->word);
	const uint32_t waited = (busy & ~3u) | CONTENDED;
	/* Bounded: should a sandbox swallow the wake, the program goes on. */
	const struct timespec soon = {0, 20000000};

	if (state_of(busy) == UNLOCKED ||
	    (state_of(busy) == LOCKED &&
	     !atomic_compare_exchange_strong(&slot->word, &busy, waited)))
		return;
	sys4(SYS_futex, &slot->word, FUTEX_WAIT_PRIVATE, waited, &soon);
}

enum take fd_trylock(struct fd_entry *slot, int pid)
{
	uint32_t word = word_of(pid, UNLOCKED);

	if (atomic_compare_exchange_strong(&slot->word, &word,
					   word_of(pid, LOCKED)))
		return TAKEN;
	return is_of(word, pid) ? TAKE_LOCKED : TAKE_NONE;
}

static void leave_word(struct fd_entry *slot, uint32_t word)
{
	if (state_of(atomic_exchange(&slot->word, word)) == CONTENDED)
		sys3(SYS_futex, &slot->word, FUTEX_WAKE_PRIVATE, INT_MAX);
}

void fd_unlock(struct fd_entry *slot, int pid)
{
	leave_word(slot, word_of(pid, UNLOCKED));
}

void fd_unlock_untrack(struct fd_entry *slot)
{
	leave_word(slot, 0);
}

static void set_untracked(struct fd_entry *slot, int pid)
{
	uint32_t word = atomic_load(&slot->word);

	while (is_of(word, pid)) {
		if (state_of(word) != UNLOCKED)
			fd_wait_unlocked(slot);
		else if (atomic_compare_exchange_strong(&slot->word, &word, 0))
			return;
		word = atomic_load(&slot->word);
	}
}

void fd_untrack(int fd)
{
	struct fd_entry *slot = fd_lookup(fd);

	if (!slot)
		return;
	RACE_POINT();
	/* No other thread acts on it, or none can: in a child of a fork past
	 * libc, where no id was asked for since. So there is nothing to wait
	 * for, and no system call that a sandbox might not have. */
	if (fd_has(slot, ENTRY_NOT_TCP) || !process_id_is_known()) {
		atomic_store(&slot->word, 0);
		return;
	}
	/* The pid is asked, not only remembered: a vfork child shares the
	 * table, and what it closes is still open in its parent. What is not
	 * watched is worth no system call. */
	if (!*fd_identity(fd) || fdtable_pid() == kernel_pid())
		set_untracked(slot, fdtable_pid());
}

void fd_untrack_range(unsigned first, unsigned last)
{
	for (unsigned i = first / PAGE_ENTRIES; i < FD_PAGES; i++) {
		const unsigned base = i * PAGE_ENTRIES;

		if (base > last)
			return;
		if (!atomic_load(&fd_pages[i]))
			continue;
		for (unsigned n = 0; n < PAGE_ENTRIES; n++)
			if (base + n >= first && base + n <= last)
				fd_untrack((int)(base + n));
	}
}

void fd_for_each(bool (*each)(int fd, struct fd_entry *slot, void *arg),
		 void *arg)
{
	for (unsigned i = 0; i < FD_PAGES * PAGE_ENTRIES; i++) {
		if (!atomic_load(&fd_pages[i / PAGE_ENTRIES])) {
			i |= PAGE_ENTRIES - 1;
			continue;
		}
		struct fd_entry *slot = fd_lookup((int)i);

		if (slot && !each((int)i, slot, arg))
			return;
	}
}

/* What the parent's memory said of its descriptors is still true of ours; but
 * the threads that held an entry stayed behind, and so did its watch task:
 * watchdog/watchdog.c reads the places in its heap once more. */
static bool adopt(int fd, struct fd_entry *slot, void *arg)
{
	const int *pid = arg;

	(void)fd;
	atomic_store(&slot->word, word_of(*pid, UNLOCKED));
	return true;
}

int fdtable_pid(void)
{
	bool is_child;
	int pid = process_id(&is_child);

	if (is_child)
		fd_for_each(adopt, &pid);
	return pid;
}
