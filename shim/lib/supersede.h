/* SPDX-License-Identifier: MIT
 * The mend supersede, for a program that does not accept while it serves: a
 * listener whose queue is not empty, and the connection that keeps it so.
 */
#ifndef SOCKMEND_SUPERSEDE_H
#define SOCKMEND_SUPERSEDE_H

#include "policy.h"
#include "slots.h"

/* Does the rule have it, and not off? */
bool supersede_wanted(const struct rule *rule);

/* A program thread has armed a look at a listener under such a rule. */
void supersede_prepare(const struct rule *rule);

/* Is `slot` a connection of such a rule, accepted on local port `port` and not
 * ended yet? */
bool supersede_serves(int fd, const struct slot *slot, unsigned port);

/* Look at a listener. When connections have been waiting for as long as the
 * rule says, *also becomes the connection to end. Runs in the watch task;
 * milliseconds to the next look, NEVER (nothing is served), or LOST. */
int64_t supersede_look(int fd, struct slot *slot, int *also);

#endif
