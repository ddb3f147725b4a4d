/* SPDX-License-Identifier: MIT
 * A socket of another process in our hands, for the length of one act.
 *
 * A process that holds a socket keeps its connection alive after the program
 * closed it. So nothing is held between two acts: a socket is known by its
 * cookie, and a grip is let go of, with close(2), as soon as the act is done.
 */
#ifndef SOCKMEND_PIDFD_SOCKET_H
#define SOCKMEND_PIDFD_SOCKET_H

#include <sys/types.h>

#include "tcp_diag.h"

/* One process and no other, even when its number is used again: a pidfd.
 * -1 with errno. */
int pidfd_of(pid_t pid);

/* Is it still there (and no zombie)? */
bool process_lives(int pidfd);

/* May we take descriptors of it at all? 0, or an errno. Takes none. */
int grip_refused(int pidfd);

/* What such an errno means, and what would help. */
const char *grip_fault(int error);

/* Its descriptor `fd`, if that is still this socket; else -ESTALE. -errno
 * when the kernel refuses. */
int grip(int pidfd, int fd, const struct tcp_socket *socket);

#endif
