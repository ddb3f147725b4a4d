/* SPDX-License-Identifier: MIT
 * What is known of each descriptor we take care of, and who may act on it.
 *
 * A slot belongs to a descriptor number. Its word holds a process id and a
 * state in one integer; the word decides who may touch the socket:
 *
 *   0        nothing is known: the number is not ours to care for
 *   KEPT     known, but with no deadline: the watch task leaves it alone
 *   ARMED    the watch task may act on it, once it made the word BUSY
 *   BUSY     the watch task is acting; whoever must close it waits
 *   WAITED   BUSY, and somebody sleeps on the word
 *
 * Invariant: the watch task acts on a descriptor only while its word is BUSY
 * with this process's id, and only after SO_COOKIE matched; close, dup2 and
 * their kin take the word back before the number can mean something else.
 * A word with another process's id counts as 0: a vfork child that shares our
 * memory can neither hang on it nor disturb it.
 */
#ifndef SOCKMEND_SLOTS_H
#define SOCKMEND_SLOTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum word_state { KEPT, ARMED, BUSY, WAITED };

enum slot_flag {
	SLOT_OUTDATED = 1,	 /* its peer has a newer one, or one waits */
	SLOT_ACCEPTED = 2,	 /* came from accept() */
	SLOT_LISTENER = 4,	 /* its rule was looked for at listen() */
	SLOT_DECIDED = 8,	 /* that rule holds for whoever connects */
	SLOT_RESET = 8,		 /* (no listener) we reset the connection */
	SLOT_OWN_REUSE = 16,	 /* the program itself set SO_REUSEADDR to 0 */
	SLOT_EOF_SEEN = 32,	 /* a read returned 0 */
	SLOT_TOUCHED = 64,	 /* read again after that, since last looked */
	SLOT_SHUT = 128,	 /* the program shut its receiving side */
	SLOT_IDLE_ENDED = 256,	 /* ended as idle; only escalation is left */
	SLOT_PROBED = 512,	 /* probes ask whether its peer is still there */
	SLOT_GONE = 1024,	 /* probed or ended, and its connection is gone */
	SLOT_RECLAIM = 2048,	 /* the program leaked it: may be closed */
	SLOT_FOREIGN = 4096,	 /* asked, and it is not TCP */
	SLOT_SPINNING = 8192,	 /* eof-spin was recorded */
	SLOT_HELD = 16384,	 /* its bind is held back; `reads` is the port */
	SLOT_DIALLED = 32768,	 /* connect() succeeded, or is under way */
};

struct slot {
	_Atomic uint32_t word;
	_Atomic uint32_t wish; /* when to look: ms of CLOCK_MONOTONIC; 0 none */
	uint32_t due;	       /* when to look next; the watch task's own */
	uint32_t place;	       /* in its heap, from 1; its own too */
	uint32_t cookie_low;   /* 48 bits of SO_COOKIE; 0 while not needed */
	uint16_t cookie_high;
	uint16_t rule; /* its number, from 1; 0 none */
	_Atomic uint16_t flags;
	_Atomic uint16_t reads; /* that returned 0; before that a tag of its
				 * peer; or the port held back; or how often
				 * a listener's queue was not empty */
};

/* Beside its slot a descriptor has a word of the watch's heap: 32 bytes for
 * each, in pages touched only where used. */
#define LEAF_SLOTS 8192
#define LEAVES 128 /* descriptors up to 1 048 575 */

struct leaf {
	struct slot slot[LEAF_SLOTS];
	uint32_t heap[LEAF_SLOTS];
};

_Static_assert(sizeof(struct leaf) == LEAF_SLOTS * 32, "32 bytes each");

extern _Atomic(struct leaf *) leaves[LEAVES];

/* The slot of a number, or NULL when no memory was ever needed for it. */
static inline struct slot *slot_of(int fd)
{
	struct leaf *leaf;

	if ((unsigned)fd >= LEAVES * LEAF_SLOTS)
		return NULL;
	leaf = atomic_load_explicit(&leaves[(unsigned)fd / LEAF_SLOTS],
				    memory_order_acquire);
	return leaf ? &leaf->slot[(unsigned)fd % LEAF_SLOTS] : NULL;
}

/* The slot of a number if something is known of it, else NULL. */
static inline struct slot *slot_known(int fd)
{
	struct slot *slot = slot_of(fd);

	if (!slot || !atomic_load_explicit(&slot->word, memory_order_relaxed))
		return NULL;
	return slot;
}

/* Forget what was known and begin anew, KEPT, with these flags. NULL when
 * there is no memory, or the number is beyond the table. */
struct slot *slot_begin(int fd, unsigned flags);

/* Remember that it is not TCP, so that the kernel is not asked again. */
void slot_set_foreign(int fd);

/* Take the word back: until the next slot_begin the number is not ours. Waits
 * while the watch task acts on it, some microseconds. */
void slot_forget(int fd);

/* slot_forget for every number of [first, last]. */
void slot_forget_range(unsigned first, unsigned last);

/* The watch task must not touch it while we do: ARMED to KEPT. False: it was
 * closed meanwhile. */
bool slot_settle(struct slot *slot);

/* The watch task's side: ARMED to BUSY, back to `state`, or no longer ours. */
bool slot_take(struct slot *slot, int pid);
void slot_give(struct slot *slot, int pid, enum word_state state);
void slot_drop(struct slot *slot);

/* KEPT to ARMED. */
void slot_arm(struct slot *slot);

/* The process id. In a child that a fork made, the first to ask makes every
 * slot this process's own. */
int slots_pid(void);

/* Call `each` for all known slots, until it says to stop. */
void slot_each(bool (*each)(int fd, struct slot *slot, void *arg), void *arg);

static inline bool slot_has(const struct slot *slot, unsigned flags)
{
	return (slot->flags & flags) == flags;
}

static inline void slot_mark(struct slot *slot, unsigned flags)
{
	atomic_fetch_or(&slot->flags, (uint16_t)flags);
}

static inline void slot_unmark(struct slot *slot, unsigned flags)
{
	atomic_fetch_and(&slot->flags, (uint16_t)~flags);
}

/* The kernel counts cookies up, so 48 bits of one are as good as 64. */
static inline void slot_set_cookie(struct slot *slot, uint64_t cookie)
{
	slot->cookie_low = (uint32_t)cookie;
	slot->cookie_high = (uint16_t)(cookie >> 32);
}

static inline bool slot_is_socket(const struct slot *slot, uint64_t cookie)
{
	return cookie && slot->cookie_low == (uint32_t)cookie &&
	       slot->cookie_high == (uint16_t)(cookie >> 32);
}

#endif
