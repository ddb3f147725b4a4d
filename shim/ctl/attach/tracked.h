/* SPDX-License-Identifier: MIT
 * The processes of the program: who they are, and who of them is left.
 */
#ifndef SOCKMEND_TRACKED_H
#define SOCKMEND_TRACKED_H

#include "attach.h"

/* Who process `pid` is, and hold on to it. 0, or an errno. */
int follow(struct attach *attach, pid_t pid);

/* Those that ended are gone, those that were forked are there, and one that
 * executes another program goes by that one's name (the first) or is left
 * alone (a forked one). False when none is left. */
bool track_refresh(struct attach *attach);

/* Follow what they forked since, and what that did. */
void track_children(struct attach *attach);

/* Tell on stderr what only its threads know. */
void followed_note_threads(const struct tracked_process *f);

void followed_free(struct attach *attach);

#endif
