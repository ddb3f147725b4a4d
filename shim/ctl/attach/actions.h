/* SPDX-License-Identifier: MIT
 * What attach does to a socket, with a grip on it, and how it says so.
 */
#ifndef SOCKMEND_ACTIONS_H
#define SOCKMEND_ACTIONS_H

#include "deadline.h"

/* The kernel's coarsest step of TCP_INFO's clocks, milliseconds. */
int64_t tcp_tick(void);

/* Its deadline is over: ask the kernel again, and do it if that is so. */
void deed_do(struct attach *attach, struct tended *tended);

/* Set its rule's options, once. */
void deed_options(struct attach *attach, struct tended *tended);

/* The new sockets that tell the kernel's defaults. */
void fresh_close(struct attach *attach);

/* A connection that was asked whether it is dead is no more. */
void deed_gone(struct attach *attach, const struct tended *tended);

#endif
