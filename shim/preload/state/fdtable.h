/* SPDX-License-Identifier: MIT
 * The table of descriptors: what is known of each one, and who may act on it.
 *
 * An entry belongs to a descriptor number. Two of its words decide everything:
 *
 * `word` is the lock, a process id and a state in one integer. 0: the number is
 * not tracked. UNLOCKED: tracked, unlocked. LOCKED: one thread acts on the
 * descriptor or decides about it. CONTENDED: LOCKED, and another thread sleeps
 * on the word. close(), dup2() and the like set it to 0 before the number can
 * mean another file, and wait while it is LOCKED. A word with another process's
 * id counts as 0: a vfork child that shares our memory can neither wait for it
 * nor change it.
 *
 * `facts` is what was found out: the rule, flags and a number, with a serial
 * that is counted up each time the number is tracked anew. It is read whole and
 * changed by compare-and-swap, so a change that was decided for an earlier use
 * of the number has no effect on the next one.
 *
 * Neither proves which socket the number is now: that is state/fd_lock.h's
 * work.
 */
#ifndef SOCKMEND_FDTABLE_H
#define SOCKMEND_FDTABLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/policy.h"

enum word_state { UNLOCKED, LOCKED, CONTENDED };

enum entry_flag {
	ENTRY_SUPERSEDED = 1 << 0, /* its peer has a newer one, or one waits */
	ENTRY_ACCEPTED = 1 << 1, /* from accept() */
	ENTRY_CONNECTED = 1 << 2, /* connect() succeeded, or is under way */
	ENTRY_LISTENER = 1 << 3, /* its rule was looked for at listen() */
	ENTRY_RULE_FINAL = 1 << 4, /* (a listener) that rule is every peer's */
	ENTRY_RESET_BY_US = 1 << 5, /* we reset the connection */
	ENTRY_REUSEADDR_OFF = 1 << 6, /* the program set SO_REUSEADDR to 0 */
	ENTRY_EOF_SEEN = 1 << 7, /* a read returned 0 */
	ENTRY_READ_AFTER_EOF =
		1 << 8, /* read again after that, since last looked */
	ENTRY_RD_SHUT = 1 << 9, /* the program shut its receiving side */
	ENTRY_IDLE_ENDED = 1 << 10, /* ended as idle; only escalation is left */
	ENTRY_PROBED = 1 << 11, /* a probe asks whether its peer is there */
	ENTRY_PROBE_RECORDED = 1 << 12, /* close-wait-probed was recorded */
	ENTRY_CONN_CLOSED =
		1 << 13, /* probed or ended, and its connection is gone */
	ENTRY_RECLAIMABLE = 1 << 14, /* the program leaked it: may be closed */
	ENTRY_NOT_TCP = 1 << 15, /* asked, and it is not TCP */
	ENTRY_SPINNING = 1 << 16, /* eof-spin was recorded */
	ENTRY_BIND_DEFERRED = 1 << 17, /* its bind is deferred */
	ENTRY_JUST_ACCEPTED = 1 << 18, /* just accepted: look for older ones */
	ENTRY_UNREAD = 1 << 19, /* data waited unread when last looked */
	ENTRY_SILENCE_DOUBTED = 1 << 20, /* silent, but perhaps because of us */
	ENTRY_SHARED = 1 << 21, /* other descriptors may be the same socket */
	ENTRY_UNACKNOWLEDGED = 1 << 22, /* data is out and not acknowledged */
	ENTRY_DEAD = 1 << 23, /* (dead) its connection is over */
};

/* `value` is one of three things. The flags tell which: the port of a deferred
 * bind (ENTRY_BIND_DEFERRED), looks at a listener that found a queue
 * (ENTRY_LISTENER), else reads in a row that returned 0. */
struct facts {
	uint64_t rule : 16; /* its number, from 1; see context_rule() */
	uint64_t value : 16;
	uint64_t flags : 24;
	uint64_t serial : 8;
};

struct fd_entry {
	_Atomic uint64_t facts;
	_Atomic uint32_t word;
	_Atomic uint32_t
		requested; /* when to look: ms of CLOCK_MONOTONIC; 0 none */
	uint32_t due; /* when to look next; the watch task's own */
	uint32_t heap_index; /* in its heap, from 1; its own too */
};

/* What few descriptors need: memory of its own, touched where it is used. */
struct fd_extra {
	struct endpoint local, peer; /* from accept() or connect() */
	uint64_t cookie; /* SO_COOKIE; 0: not asked */
	/* While connect() is under way: its limit (ms; 0 none), and the
	 * TCP_USER_TIMEOUT to put back. */
	int connect_limit, user_timeout;
	/* The rest is the watch task's. */
	uint32_t next; /* behind it in supersede's index: fd + 1 */
	uint32_t hash; /* by which it stands there; 0: it does not */
	uint8_t entered; /* the serial with which it was entered */
	uint32_t sent; /* data segments sent when it was idle-ended */
	uint32_t since, acked; /* ENTRY_UNACKNOWLEDGED: from when (ms), bytes
				* acknowledged then. connect(): from when, and
				* after how long it was last seen pending */
	uint16_t idle, interval; /* the program's keepalive before our probe */
	uint8_t probes, keepalive;
};

_Static_assert(sizeof(struct fd_extra) <= 96, "what supersede and eof cost");

#define PAGE_ENTRIES 8192
#define FD_PAGES 128 /* descriptors up to 1 048 575 */

/* Beside its slot a descriptor has the identity of its socket (state/fd_lock.h;
 * 0 while it is not watched) and a word of the watch's heap: 32 bytes for each.
 */
struct fd_page {
	struct fd_entry slot[PAGE_ENTRIES];
	_Atomic uint32_t identity[PAGE_ENTRIES];
	uint32_t heap[PAGE_ENTRIES];
};

_Static_assert(sizeof(struct fd_page) == PAGE_ENTRIES * 32, "32 bytes each");

extern _Atomic(struct fd_page *) fd_pages[FD_PAGES];

static inline struct fd_page *fd_page_of(int fd)
{
	if ((unsigned)fd >= FD_PAGES * PAGE_ENTRIES)
		return NULL;
	return atomic_load_explicit(&fd_pages[(unsigned)fd / PAGE_ENTRIES],
				    memory_order_acquire);
}

/* The entry of a number, or NULL when no memory was ever needed for it. */
static inline struct fd_entry *fd_entry_of(int fd)
{
	struct fd_page *page = fd_page_of(fd);

	return page ? &page->slot[(unsigned)fd % PAGE_ENTRIES] : NULL;
}

/* The entry of a number that is tracked, else NULL. */
static inline struct fd_entry *fd_lookup(int fd)
{
	struct fd_entry *slot = fd_entry_of(fd);

	if (!slot || !atomic_load_explicit(&slot->word, memory_order_relaxed))
		return NULL;
	return slot;
}

/* The identity of a number that has an entry. */
static inline _Atomic uint32_t *fd_identity(int fd)
{
	return &fd_page_of(fd)->identity[(unsigned)fd % PAGE_ENTRIES];
}

/* Does it have an identity: may the watch task act on it? */
static inline bool fd_is_watched(int fd)
{
	return fd_lookup(fd) && *fd_identity(fd);
}

/* The extra memory of a number that has an entry; NULL: none. */
struct fd_extra *fd_extra(int fd);
struct fd_extra *fd_extra_make(int fd);

/* Track `fd` anew: no rule, these flags, not watched. NULL when there is no
 * memory, or the number is beyond the table. */
struct fd_entry *fd_track(int fd, unsigned flags);

/* Remember that it is not TCP, so that the kernel is not asked again. */
void fd_set_not_tcp(int fd);

/* Stop tracking: until the next fd_track the number is not ours. Waits while
 * another thread holds it, some microseconds. */
void fd_untrack(int fd);

/* fd_untrack for every number of [first, last]. */
void fd_untrack_range(unsigned first, unsigned last);

/* Lock the entry (UNLOCKED to LOCKED) if it is of process `pid`. TAKE_LOCKED:
 * another thread has it. TAKE_NONE: it is not tracked by this process. */
enum take { TAKEN, TAKE_LOCKED, TAKE_NONE };
enum take fd_trylock(struct fd_entry *slot, int pid);

/* Sleep while another thread has it: 20 ms at most. */
void fd_wait_unlocked(struct fd_entry *slot);

/* Unlock, tracked or no longer tracked. */
void fd_unlock(struct fd_entry *slot, int pid);
void fd_unlock_untrack(struct fd_entry *slot);

/* The process id. In a child that a fork made, the first to ask makes every
 * slot this process's own. */
int fdtable_pid(void);

/* Call `each` for all tracked entries, until it says to stop. */
void fd_for_each(bool (*each)(int fd, struct fd_entry *slot, void *arg),
		 void *arg);

union facts_word {
	uint64_t word;
	struct facts facts;
};

static inline struct facts fd_facts(const struct fd_entry *slot)
{
	return (union facts_word){
		.word = atomic_load_explicit(
			&((struct fd_entry *)(uintptr_t)slot)->facts,
			memory_order_acquire)}
		.facts;
}

/* Change the facts if they are still *was; else *was is what they are. */
bool fd_change(struct fd_entry *slot, struct facts *was, struct facts now);

/* Set and clear flags of the use of the number that *was describes; *was is
 * then what the facts are. False: the number has another use. */
bool fd_change_flags(struct fd_entry *slot, struct facts *was, unsigned set,
		     unsigned clear);

/* The same for the use it has now. */
void fd_set_flags(struct fd_entry *slot, unsigned set);
void fd_clear_flags(struct fd_entry *slot, unsigned clear);

static inline bool fd_has(const struct fd_entry *slot, unsigned flags)
{
	return (fd_facts(slot).flags & flags) == flags;
}

/* Set the rule by its number. */
void fd_set_rule(struct fd_entry *slot, unsigned rule);

/* Set the value together with the flags that say what it is. */
void fd_set_value(struct fd_entry *slot, unsigned value, unsigned set,
		  unsigned clear);

#endif
