/* SPDX-License-Identifier: MIT
 * The mend supersede: a newer connection ends an older one, when it is accepted
 * or while it waits because the program serves the older one.
 */
#ifndef SOCKMEND_SUPERSEDE_H
#define SOCKMEND_SUPERSEDE_H

#include "state/fd_lock.h"

/* Does the rule have it, and not off? */
bool supersede_wanted(const struct rule *rule);

/* Program threads: `fd` was just accepted under such a rule. Older connections
 * of its peer are looked at soon, and the listener is watched while this one is
 * served. The time it takes does not depend on how many connections there
 * are. */
void supersede_accepted(int listener, int fd, struct fd_entry *slot,
			const struct rule *rule);

/* The rest is for the watch task. */

/* A held connection that was just accepted: enter it into the index of peers,
 * and have the older ones of its peer looked at. */
void supersede_enter(struct locked_fd *h);

/* Is a newer connection of the same peer open? */
bool supersede_has_newer(int fd);

/* Look at a held listener. Milliseconds to the next look, NEVER (nothing is
 * served) or LOST. */
int64_t supersede_check_listener(struct locked_fd *h);

#endif
