/* SPDX-License-Identifier: MIT
 * A socket's life as a server: bind, listen, accept.
 *
 * Called around libc's own functions; errno stays as it was.
 */
#ifndef SOCKMEND_SERVER_H
#define SOCKMEND_SERVER_H

#include <stdbool.h>
#include <sys/socket.h>

#define BIND_NOT_OURS 1 /* let libc's own function answer */

/* bind(), a client's too: 0 or -errno is the answer to give, else
 * BIND_NOT_OURS. */
int server_before_bind(int fd, const struct sockaddr *addr, socklen_t len);

/* The bind failed with EADDRINUSE: may it be tried again, and did it succeed?
 */
bool server_retry_bind(int fd, const struct sockaddr *addr, socklen_t len);

/* Before listen(): 0, or -errno is the answer to give. */
int server_before_listen(int fd);

/* accept() on `listener` gave `fd`, and `len` bytes of its peer's name; 0: how
 * much of it is there is not known. */
void server_after_accept(int listener, int fd, const struct sockaddr *name,
			 socklen_t len);

#endif
