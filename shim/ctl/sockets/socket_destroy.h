/* SPDX-License-Identifier: MIT
 * Ends a connection inside the kernel: SOCK_DESTROY of sock_diag(7).
 */
#ifndef SOCKMEND_SOCKET_DESTROY_H
#define SOCKMEND_SOCKET_DESTROY_H

#include "tcp_diag.h"

/* In the network namespace `pid` (0: this process) lives in. 0, or an errno:
 * EPERM: no CAP_NET_ADMIN there; EOPNOTSUPP: the kernel cannot; ENOENT: there
 * is no such socket any more. */
int socket_destroy(pid_t pid, const struct tcp_socket *socket);

#endif
