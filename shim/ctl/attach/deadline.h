/* SPDX-License-Identifier: MIT
 * What is to be done to a connection, and when: the library's own reckoning
 * (due.c), from the rule and TCP_INFO. Pure.
 *
 * The library keeps its marks in the slot of a descriptor and looks only when
 * a deadline of its own falls due; here they are kept by cookie, and every
 * round sees every connection. So the arithmetic is the same and the code is
 * not shared.
 */
#ifndef SOCKMEND_DEADLINE_H
#define SOCKMEND_DEADLINE_H

#include "attach.h"

enum attach_action {
	NOTHING,
	END_IDLE,
	ESCALATE,
	END_CLOSE_WAIT,
	SUPERSEDE_OLDER
};

struct deadline {
	enum attach_action action;
	int64_t in; /* milliseconds; due when not positive */
};

/* How long it has been silent as its rule counts, and the words for it. */
int64_t silence_of(const struct tracked_socket *t, const char **which);

/* The soonest; `tick` is how much too long the kernel may say. */
struct deadline deadline_of(const struct tracked_socket *t, int64_t now,
			    int64_t tick);

#endif
