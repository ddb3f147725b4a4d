/* SPDX-License-Identifier: MIT
 * A socket's life as a client: connect, from before the SYN to after.
 *
 * Called around libc's own function; errno stays as it was.
 */
#ifndef SOCKMEND_DIAL_H
#define SOCKMEND_DIAL_H

#include <stdbool.h>
#include <sys/socket.h>

#include "connect_timeout.h"
#include "events.h"

struct slot;

/* A connect() from before to after. */
struct dial {
	int fd;
	struct slot *slot;	 /* NULL: not a socket we care for */
	const struct rule *rule; /* NULL: no rule governs it */
	bool again;		 /* it has a connection: asks how that went */
	struct connect_limit limit;
	unsigned freed_port;	 /* the fixed port it will not use; 0 none */
	char options[EVENT_DETAIL_MAX + 1]; /* what was set */
};

/* Before connect(): 0, or -errno is the answer to give. */
int dial_begin(struct dial *dial, int fd, const struct sockaddr *addr,
	       socklen_t len);

/* After it: what it gave, and errno as it left it. 0: that is the answer; or
 * -errno is. */
int dial_done(const struct dial *dial, int result, int error,
	      const struct sockaddr *addr, socklen_t len);

/* Before a close, or the program's exit, of a TCP socket that was neither
 * connected nor accepted nor made a listener by a call of ours: one that is
 * connected all the same, as by sendto(2) with MSG_FASTOPEN, got nothing of its
 * rule. An event says so. */
#define DIAL_SEEN (SLOT_ACCEPTED | SLOT_DIALLED | SLOT_LISTENER | SLOT_FOREIGN)
void dial_unseen(int fd);

#endif
