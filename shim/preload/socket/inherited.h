/* SPDX-License-Identifier: MIT
 * Sockets this process did not make: those it was started with, and those it
 * is given over a unix socket. They get their rule and their watch as well.
 */
#ifndef SOCKMEND_INHERITED_H
#define SOCKMEND_INHERITED_H

#include <sys/socket.h>

/* Look at the descriptors this program was started with: the first of them,
 * and those LISTEN_FDS counts (sd_listen_fds(3)). */
void inherited_at_start(void);

/* A message that recvmsg() filled: track the sockets it brought along
 * (SCM_RIGHTS, unix(7)). */
void inherited_received(const struct msghdr *message);

#endif
