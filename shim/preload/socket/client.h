/* SPDX-License-Identifier: MIT
 * A socket's life as a client: connect, from before the SYN to after.
 *
 * Called around libc's own function; errno stays as it was.
 */
#ifndef SOCKMEND_CLIENT_H
#define SOCKMEND_CLIENT_H

#include <stdbool.h>
#include <sys/socket.h>

#include "mend/connect_timeout.h"
#include "core/events.h"

struct fd_entry;

/* A connect() from before to after. */
struct client_connect {
	int fd;
	struct fd_entry *slot; /* NULL: not a tracked socket */
	const struct rule *rule; /* NULL: no rule governs it */
	bool again; /* it has a connection: asks how that went */
	struct connect_limit limit;
	unsigned freed_port; /* the fixed port it will not use; 0 none */
	char options[EVENT_DETAIL_MAX + 1]; /* what was set */
};

/* Before connect(): 0, or -errno is the answer to give. */
int client_before_connect(struct client_connect *attempt, int fd,
			  const struct sockaddr *addr, socklen_t len);

/* After it: what it gave, and errno as it left it. 0: that is the answer; or
 * -errno is. */
int client_after_connect(const struct client_connect *attempt, int result,
			 int error, const struct sockaddr *addr, socklen_t len);

/* Before a close, or the program's exit, of a TCP socket that was neither
 * connected nor accepted nor made a listener by a call of ours: one that is
 * connected all the same, as by sendto(2) with MSG_FASTOPEN, got nothing of its
 * rule. An event says so. */
#define CLIENT_SEEN                                                            \
	(ENTRY_ACCEPTED | ENTRY_CONNECTED | ENTRY_LISTENER | ENTRY_NOT_TCP)
void client_record_unseen(int fd);

#endif
