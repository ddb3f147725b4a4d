/* SPDX-License-Identifier: MIT
 * What happens to a connection when a deadline is due: the mends that the
 * watch task carries out.
 */
#ifndef SOCKMEND_TIMEOUT_H
#define SOCKMEND_TIMEOUT_H

#include "state/fd_lock.h"
#include "watchdog/watchdog.h"

struct tcp_clocks;

/* Does the rule ask for deadlines at all? */
bool rule_has_timeouts(const struct rule *rule);

/* Milliseconds from now until the first look at a connection, or NEVER: only
 * when something else asks for it. */
int64_t timeout_first(const struct rule *rule);

/* How long the peer has shown no sign of life, as supersede counts: it sent
 * nothing, and acknowledged no data of ours. Milliseconds. */
int64_t timeout_peer_silence(const struct tcp_clocks *tcp);

/* Give the program its end of file in favour of another connection; held and
 * proved. Milliseconds to the next look, or NEVER. */
int64_t timeout_supersede(struct locked_fd *h, const struct tcp_clocks *tcp);

/* The program is about to close a descriptor whose connection was ended as
 * idle: may it be discarded, so that its 4-tuple is free at once? Program
 * threads only. */
void timeout_before_close(int fd);

#endif
