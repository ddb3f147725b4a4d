/* SPDX-License-Identifier: MIT
 * sock_diag(7): who else is on a local port. Answered to every user, for the
 * sockets of this network namespace.
 */
#ifndef SOCKMEND_INET_DIAG_H
#define SOCKMEND_INET_DIAG_H

#include <stdbool.h>
#include <stdint.h>

struct inet_diag_msg;

/* Ask for all TCP sockets, IPv4 and IPv6, whose state has its bit in `states`
 * (1 << tcp_state), until `found` says yes to one. True when it did, or when
 * the kernel will not say. Uses a descriptor for the length of the call. */
bool inet_diag_any(uint32_t states,
		   bool (*found)(const struct inet_diag_msg *socket, void *arg),
		   void *arg);

#endif
