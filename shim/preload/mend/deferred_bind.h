/* SPDX-License-Identifier: MIT
 * The mend ephemeral_port: a bind to a fixed port, held back until we know
 * whether it is a client's.
 *
 * bind(addr, PORT) binds the address alone (IP_BIND_ADDRESS_NO_PORT, Linux
 * 4.2). A listen() then really binds the port; a connect() lets the kernel
 * choose one. Meanwhile getsockname() answers the port that was asked for.
 */
#ifndef SOCKMEND_DEFERRED_BIND_H
#define SOCKMEND_DEFERRED_BIND_H

#include <sys/socket.h>

#include "state/fdtable.h"

#define PORT_NOT_HELD 1

/* Hold a bind of `fd` to addr:port back. 0: done, to the program it is bound.
 * PORT_NOT_HELD: it must be done for real (a privileged port, a kernel that
 * cannot, an address it refuses). */
int bind_defer(int fd, struct fd_entry *slot, const void *addr, socklen_t len);

/* Is a port held back on this descriptor, still the same socket? */
bool bind_is_deferred(int fd, const struct fd_entry *slot);

/* The one held back, host byte order. */
unsigned bind_deferred_port(const struct fd_entry *slot);

/* Now bind it for real. 0 or -errno; when it fails it stays held back. */
int bind_perform(int fd, struct fd_entry *slot);

/* The kernel chose another one. */
void bind_forget(struct fd_entry *slot);

#endif
