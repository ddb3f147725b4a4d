/* SPDX-License-Identifier: MIT
 * What attach knows: the program, its processes, and their sockets.
 */
#ifndef SOCKMEND_ATTACH_H
#define SOCKMEND_ATTACH_H

#include "core/events.h"
#include "netns_sockets.h"
#include "processes.h"

/* A process of the program: the one that was named, or one that it forked. */
struct tracked_process {
	int pidfd;
	struct process process; /* pid, and in a round its descriptors */
};

/* A socket under our eye. What the library keeps in a slot, by cookie. */
struct tracked_socket {
	struct tcp_socket socket; /* as the kernel had it this round */
	int by; /* whose it is, in attach.followed; -1: waits for accept() */
	int fd;
	enum direction direction;
	uint64_t network; /* the namespace it is in */
	uint64_t listener; /* the cookie of our listener it came to, or 0 */
	const struct rule *rule; /* NULL: none, or unknown which */
	unsigned first; /* the round it was first seen in */
	int64_t seen; /* when: milliseconds */
	int64_t acked_at; /* when data of ours was last acknowledged, or later
			   */
	int64_t ended; /* since when the program reads an end of file, or 0 */
	bool outdated; /* a newer connection is there */
	bool probed; /* in CLOSE_WAIT it was asked whether it is dead */
	bool optioned; /* its options were looked at */
	bool over; /* nothing is left to be done to it */
};

struct tracked_list {
	unsigned count;
	struct tracked_socket *of; /* ordered by cookie */
};

struct attach {
	bool observe, watch, force;
	struct process program; /* who it is, and the rules that mean it */
	struct pool pool; /* of that */
	uint64_t exe[2]; /* the file it runs: device and inode */
	char comm[64]; /* its name as the kernel has it */
	bool is_script; /* the file is an interpreter, for others as well */
	unsigned long long started; /* ticks since boot */
	bool renamed; /* it was identified (anew): its rules are to be chosen */
	int last_pidfd; /* those above are kept free, for what a round opens */
	unsigned followed_count;
	struct tracked_process *followed;
	unsigned refused_count;
	pid_t *refused; /* forked ones that cannot be followed, which was said
			 */
	int64_t children_due; /* when to look for forked ones again */
	struct tracked_list tracked_socket;
	unsigned round; /* from 1 on */
	int64_t now; /* of the round, milliseconds */
	struct network ports; /* of the program's network */
	uint64_t fresh_network;
	int fresh[2]; /* a new socket of IPv4, of IPv6; 0: none yet */
	struct journal *journal;
	bool no_journal; /* it could not be made, which was said */
	unsigned done; /* events */
	const char *trouble; /* why the kernel does not list sockets; NULL */
};

/* Milliseconds that never go back. */
int64_t attach_clock(void);

/* Look at everything once, and do what is due. Gives when the next deadline
 * is due: milliseconds from now, INT64_MAX when there is none. Where the
 * kernel does not answer (attach->trouble) nothing is done or concluded. */
int64_t attach_scan(struct attach *attach);

/* Put an event about it into the journal, and on standard output. */
void attach_say(struct attach *attach,
		const struct tracked_socket *tracked_socket, enum event_id id,
		const char *detail, int error);

#endif
