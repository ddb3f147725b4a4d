/* SPDX-License-Identifier: MIT
 * Holding an entry of the descriptor table: the one way to decide about a
 * connection, to act on it, or to change what the program is answered.
 *
 * A held entry is locked: close() and its like wait, so the number stays the
 * file it is. fd_lock_is_same() then asks the kernel whether that is the
 * socket, and the connection, that the entry describes: SO_COOKIE names a
 * socket for as long as it lives (socket(7), Linux 4.12), and its peer tells
 * one connection of it from the next. What was found out before the hold (a
 * rule, a flag, a silence) must be looked at again.
 *
 * A program's thread holds with all signals blocked: a handler that closes the
 * descriptor would wait for its own thread. Thread and signal safe.
 */
#ifndef SOCKMEND_FD_LOCK_H
#define SOCKMEND_FD_LOCK_H

#include "core/events.h"
#include "state/fdtable.h"

struct locked_fd {
	int fd, pid;
	struct fd_entry *slot;
	struct facts facts; /* as they were when it was taken */
	const struct rule *rule; /* that governs it; NULL: none */
	uint64_t signals; /* the thread's mask before */
};

/* The watch task's way: never waits. */
enum take fd_lock_now(struct locked_fd *h, int fd, int pid);

/* A program thread's way: waits while another has it. False: the number is not
 * tracked, or only by the process that vforked us. */
bool fd_lock(struct locked_fd *h, int fd);

/* Is the number still the socket and the connection that was entered? */
bool fd_lock_is_same(const struct locked_fd *h);

/* Set and clear flags of the held entry. */
void fd_lock_set_flags(struct locked_fd *h, unsigned set, unsigned clear);

/* Unlock; `fd_lock_release_untrack` also stops tracking. For program threads
 * both restore the signal mask; the watch task uses fd_unlock and
 * fd_unlock_untrack. */
void fd_lock_release(const struct locked_fd *h);
void fd_lock_release_untrack(const struct locked_fd *h);

/* One number for a socket and the peer it is connected to; 0: no cookie.
 * 2^32 values: another socket that gets the same number by chance is taken for
 * this one in one of four thousand million cases. */
uint32_t identity_of(uint64_t cookie, const struct endpoint *peer);

/* The same, asked of the kernel: 0: not a socket, or a kernel before 4.12. */
uint32_t identity_now(int fd);

/* An event about a tracked connection, with the addresses that were kept
 * (fd_extra), and nothing asked of the kernel. */
struct event event_of_entry(enum event_id id, int fd, struct facts facts,
			    const struct rule *rule, const char *done);

/* Block all signals of this thread, and restore its mask. */
uint64_t signals_block(void);
void signals_restore(uint64_t mask);

#endif
