/* SPDX-License-Identifier: MIT
 * The table of descriptors: what is known of each one, and who may act on it.
 *
 * An entry belongs to a descriptor number. Two of its words decide everything:
 *
 * `word` is the lock, a process id and a state in one integer. 0: the number is
 * not tracked. KEPT: tracked, unlocked. BUSY: one thread acts on the descriptor
 * or decides about it. WAITED: BUSY, and another thread sleeps on the word.
 * close(), dup2() and the like set it to 0 before the number can mean another
 * file, and wait while it is BUSY. A word with another process's id counts as
 * 0: a vfork child that shares our memory can neither wait for it nor change it.
 *
 * `facts` is what was found out: the rule, flags and a number, with a serial
 * that is counted up each time the number is tracked anew. It is read whole and
 * changed by compare-and-swap, so a change that was decided for an earlier use
 * of the number has no effect on the next one.
 *
 * Neither proves which socket the number is now: that is hold.h's work.
 */
#ifndef SOCKMEND_SLOTS_H
#define SOCKMEND_SLOTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy.h"

enum word_state { KEPT, BUSY, WAITED };

enum slot_flag {
	SLOT_SUPERSEDED = 1 << 0, /* its peer has a newer one, or one waits */
	SLOT_ACCEPTED = 1 << 1,	  /* from accept() */
	SLOT_DIALLED = 1 << 2,	  /* connect() succeeded, or is under way */
	SLOT_LISTENER = 1 << 3,	  /* its rule was looked for at listen() */
	SLOT_DECIDED = 1 << 4,	  /* (a listener) that rule is every peer's */
	SLOT_RESET = 1 << 5,	  /* we reset the connection */
	SLOT_OWN_REUSE = 1 << 6,  /* the program set SO_REUSEADDR to 0 */
	SLOT_EOF_SEEN = 1 << 7,	  /* a read returned 0 */
	SLOT_TOUCHED = 1 << 8,	  /* read again after that, since last looked */
	SLOT_SHUT = 1 << 9,	  /* the program shut its receiving side */
	SLOT_IDLE_ENDED = 1 << 10, /* ended as idle; only escalation is left */
	SLOT_PROBED = 1 << 11,	  /* a probe asks whether its peer is there */
	SLOT_PROBE_TOLD = 1 << 12, /* close-wait-probed was recorded */
	SLOT_GONE = 1 << 13,	  /* probed or ended, and its connection is gone */
	SLOT_RECLAIM = 1 << 14,	  /* the program leaked it: may be closed */
	SLOT_FOREIGN = 1 << 15,	  /* asked, and it is not TCP */
	SLOT_SPINNING = 1 << 16,  /* eof-spin was recorded */
	SLOT_HELD = 1 << 17,	  /* its bind is deferred */
	SLOT_NEWCOMER = 1 << 18,  /* just accepted: look for older ones */
	SLOT_UNREAD = 1 << 19,	  /* data waited unread when last looked */
	SLOT_DOUBTED = 1 << 20,	  /* silent, but perhaps because of us */
	SLOT_SHARED = 1 << 21,	  /* other descriptors may be the same socket */
	SLOT_WAITING = 1 << 22,	  /* data is out and not acknowledged */
	SLOT_OVER = 1 << 23,	  /* (dead) its connection is over */
};

/* `value` is one of three things. The flags tell which: the port of a deferred
 * bind (SLOT_HELD), looks at a listener that found a queue (SLOT_LISTENER),
 * else reads in a row that returned 0. */
struct facts {
	uint64_t rule : 16; /* its number, from 1; see self_rule() */
	uint64_t value : 16;
	uint64_t flags : 24;
	uint64_t serial : 8;
};

struct slot {
	_Atomic uint64_t facts;
	_Atomic uint32_t word;
	_Atomic uint32_t wish; /* when to look: ms of CLOCK_MONOTONIC; 0 none */
	uint32_t due;	       /* when to look next; the watch task's own */
	uint32_t place;	       /* in its heap, from 1; its own too */
};

/* What few descriptors need: memory of its own, touched where it is used. */
struct extra {
	struct endpoint local, peer; /* from accept() or connect() */
	uint64_t cookie;	     /* SO_COOKIE; 0: not asked */
	/* While connect() is under way: its limit (ms; 0 none), and the
	 * TCP_USER_TIMEOUT to put back. */
	int connect_limit, user_timeout;
	/* The rest is the watch task's. */
	uint32_t next;	       /* behind it in supersede's index: fd + 1 */
	uint32_t hash;	       /* by which it stands there; 0: it does not */
	uint8_t entered;       /* the serial with which it was entered */
	uint32_t sent;	       /* data segments sent when it was idle-ended */
	uint32_t since, acked; /* SLOT_WAITING: from when (ms), bytes
				* acknowledged then. connect(): from when, and
				* after how long it was last seen pending */
	uint16_t idle, interval; /* the program's keepalive before our probe */
	uint8_t probes, keepalive;
};

_Static_assert(sizeof(struct extra) <= 96, "what supersede and eof cost");

#define LEAF_SLOTS 8192
#define LEAVES 128 /* descriptors up to 1 048 575 */

/* Beside its slot a descriptor has the identity of its socket (hold.h; 0 while
 * it is not watched) and a word of the watch's heap: 32 bytes for each. */
struct leaf {
	struct slot slot[LEAF_SLOTS];
	_Atomic uint32_t identity[LEAF_SLOTS];
	uint32_t heap[LEAF_SLOTS];
};

_Static_assert(sizeof(struct leaf) == LEAF_SLOTS * 32, "32 bytes each");

extern _Atomic(struct leaf *) leaves[LEAVES];

static inline struct leaf *leaf_of(int fd)
{
	if ((unsigned)fd >= LEAVES * LEAF_SLOTS)
		return NULL;
	return atomic_load_explicit(&leaves[(unsigned)fd / LEAF_SLOTS],
				    memory_order_acquire);
}

/* The slot of a number, or NULL when no memory was ever needed for it. */
static inline struct slot *slot_of(int fd)
{
	struct leaf *leaf = leaf_of(fd);

	return leaf ? &leaf->slot[(unsigned)fd % LEAF_SLOTS] : NULL;
}

/* The slot of a number that is tracked, else NULL. */
static inline struct slot *slot_known(int fd)
{
	struct slot *slot = slot_of(fd);

	if (!slot || !atomic_load_explicit(&slot->word, memory_order_relaxed))
		return NULL;
	return slot;
}

/* The identity of a number that has a slot. */
static inline _Atomic uint32_t *slot_identity(int fd)
{
	return &leaf_of(fd)->identity[(unsigned)fd % LEAF_SLOTS];
}

/* Does it have an identity: may the watch task act on it? */
static inline bool slot_watched(int fd)
{
	return slot_known(fd) && *slot_identity(fd);
}

/* The extra memory of a number that has a slot; NULL: none. */
struct extra *slot_extra(int fd);
struct extra *slot_extra_make(int fd);

/* Track `fd` anew: no rule, these flags, not watched. NULL when there is no
 * memory, or the number is beyond the table. */
struct slot *slot_begin(int fd, unsigned flags);

/* Remember that it is not TCP, so that the kernel is not asked again. */
void slot_set_foreign(int fd);

/* Stop tracking: until the next slot_begin the number is not ours. Waits while
 * another thread holds it, some microseconds. */
void slot_forget(int fd);

/* slot_forget for every number of [first, last]. */
void slot_forget_range(unsigned first, unsigned last);

/* Lock the entry (KEPT to BUSY) if it is of process `pid`. TAKE_BUSY: another
 * thread has it. TAKE_NONE: it is not tracked by this process. */
enum take { TAKEN, TAKE_BUSY, TAKE_NONE };
enum take slot_take(struct slot *slot, int pid);

/* Sleep while another thread has it: 20 ms at most. */
void slot_wait(struct slot *slot);

/* Unlock, tracked or no longer tracked. */
void slot_give(struct slot *slot, int pid);
void slot_drop(struct slot *slot);

/* The process id. In a child that a fork made, the first to ask makes every
 * slot this process's own. */
int slots_pid(void);

/* Call `each` for all tracked slots, until it says to stop. */
void slot_each(bool (*each)(int fd, struct slot *slot, void *arg), void *arg);

union facts_word {
	uint64_t word;
	struct facts facts;
};

static inline struct facts slot_facts(const struct slot *slot)
{
	return (union facts_word){
		.word = atomic_load_explicit(&((struct slot *)(uintptr_t)slot)
						      ->facts,
					     memory_order_acquire)
	}.facts;
}

/* Change the facts if they are still *was; else *was is what they are. */
bool slot_change(struct slot *slot, struct facts *was, struct facts now);

/* Set and clear flags of the use of the number that *was describes; *was is
 * then what the facts are. False: the number has another use. */
bool slot_reflag(struct slot *slot, struct facts *was, unsigned set,
		 unsigned clear);

/* The same for the use it has now. */
void slot_mark(struct slot *slot, unsigned set);
void slot_unmark(struct slot *slot, unsigned clear);

static inline bool slot_has(const struct slot *slot, unsigned flags)
{
	return (slot_facts(slot).flags & flags) == flags;
}

/* Set the rule by its number. */
void slot_set_rule(struct slot *slot, unsigned rule);

/* Set the value together with the flags that say what it is. */
void slot_set_value(struct slot *slot, unsigned value, unsigned set,
		    unsigned clear);

#endif
