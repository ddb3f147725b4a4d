/* SPDX-License-Identifier: MIT
 * What attach does to a socket, of which it has a copy, and how it reports that.
 */
#ifndef SOCKMEND_ACTIONS_H
#define SOCKMEND_ACTIONS_H

#include "deadline.h"

/* The kernel's coarsest step of TCP_INFO's clocks, milliseconds. */
int64_t tcp_tick(void);

/* Its deadline is over: ask the kernel again, and do it if that is so. */
void action_run(struct attach *attach, struct tracked_socket *tracked_socket);

/* Set its rule's options, once. */
void action_set_sockopts(struct attach *attach,
			 struct tracked_socket *tracked_socket);

/* The new sockets that tell the kernel's defaults. */
void fresh_close(struct attach *attach);

/* A connection that was asked whether it is dead is no more. */
void action_report_closed(struct attach *attach,
			  const struct tracked_socket *tracked_socket);

#endif
