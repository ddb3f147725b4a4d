/* SPDX-License-Identifier: MIT
 * The mends that are socket options: keepalive, user_timeout, reuse_address.
 */
#ifndef SOCKMEND_OPTIONS_H
#define SOCKMEND_OPTIONS_H

#include "policy.h"
#include "text.h"

/* Set what the rule's keepalive section says on a TCP socket (in observe mode
 * nothing is) and say it in `done`: "TCP_KEEPIDLE=10 … SO_KEEPALIVE=1". An
 * option the kernel refuses is an event of its own. On a listener all of them
 * are inherited by what it accepts (Linux, every version). */
void options_keepalive(int fd, const struct rule *rule, struct text *done);

/* SO_REUSEADDR=1; false when it was set already, or could not be. */
bool options_reuse_address(int fd, const struct rule *rule);

#endif
