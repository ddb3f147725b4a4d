/* SPDX-License-Identifier: MIT
 * Who holds a local port: would a bind fail, and will that pass?
 */
#ifndef SOCKMEND_PORT_OWNER_H
#define SOCKMEND_PORT_OWNER_H

#include <stdbool.h>
#include <sys/socket.h>

/* Is the address taken by a listener, or by a socket bound but not connected,
 * so that `fd`'s own bind to it fails and ought to? Not so for a TIME_WAIT, or
 * for a connection that is still open: a client on another port does not mind
 * those. When the kernel will not say, a taken port is taken. */
bool port_is_taken_for_good(int fd, const void *addr, socklen_t len,
			    unsigned port);

/* Would the bind succeed with SO_REUSEADDR, and has no process a socket on that
 * address and port? Then only TIME_WAITs of a server are there, and connections
 * the kernel still closes for one that has ended. When the kernel will not say:
 * false. */
bool port_has_no_socket(int fd, const void *addr, socklen_t len);

#endif
