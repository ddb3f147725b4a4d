/* SPDX-License-Identifier: MIT
 * The moments of a socket's life: what policy says of each, and its mends.
 *
 * Called around libc's own functions. Nothing here changes errno, but where a
 * program's call is answered (said at each).
 */
#ifndef SOCKMEND_MOMENT_H
#define SOCKMEND_MOMENT_H

#include <stdbool.h>
#include <sys/socket.h>

#include "slots.h"

#define MOMENT_NOT_OURS 1 /* let libc's own function answer */

/* socket() gave `fd`. */
void moment_socket(int fd, int domain, int type, int protocol);

/* bind(): 0 or -errno is the answer to give, else MOMENT_NOT_OURS. */
int moment_bind(int fd, const struct sockaddr *addr, socklen_t len);

/* Before listen(): 0, or -errno is the answer to give. */
int moment_listen(int fd);

/* accept() on `listener` gave `fd`. */
void moment_accepted(int listener, int fd);

/* A connect() from before to after. */
struct dial {
	int fd;
	struct slot *slot;	 /* NULL: not a socket we care for */
	const struct rule *rule; /* NULL: no rule governs it */
	unsigned freed_port;	 /* the fixed port it will not use; 0 none */
	char options[112];	 /* what was set */
};

/* Before connect(): 0, or -errno is the answer to give. */
int moment_dial(struct dial *dial, int fd, const struct sockaddr *addr,
		socklen_t len);

/* After it: what it gave, and errno as it left it. */
void moment_dialled(const struct dial *dial, int result, int error,
		    const struct sockaddr *addr, socklen_t len);

/* setsockopt() was accepted by the kernel. */
void moment_option(int fd, int level, int name, const void *value);

/* getsockname() answered with `len` bytes at `addr`: a port held back is still
 * the program's. */
void moment_name(int fd, struct sockaddr *addr, socklen_t len);

/* `copy` is now the same socket as `fd`. */
void moment_copied(int fd, int copy);

/* shutdown(): before, and after if `again` was what before gave. */
bool moment_shutdown(int fd, int how);
void moment_shut(int fd, bool again);

#endif
