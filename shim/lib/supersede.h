/* SPDX-License-Identifier: MIT
 * The mend supersede: a newer connection ends an older one, when it is accepted
 * or while it waits because the program serves the older one.
 */
#ifndef SOCKMEND_SUPERSEDE_H
#define SOCKMEND_SUPERSEDE_H

#include "policy.h"
#include "slots.h"

/* Does the rule have it, and not off? */
bool supersede_wanted(const struct rule *rule);

/* `fd` was just accepted under such a rule. Older connections of its peer get
 * one look, and the listener is watched while this one is served. */
void supersede_accepted(int listener, int fd, struct slot *slot,
			const struct rule *rule);

/* Look at a listener. When connections have been waiting for as long as the
 * rule says, *also becomes the connection to end. Runs in the watch task;
 * milliseconds to the next look, NEVER (nothing is served), or LOST. */
int64_t supersede_look(int fd, struct slot *slot, int *also);

#endif
