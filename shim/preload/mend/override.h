/* SPDX-License-Identifier: MIT
 * Rule and program both set a socket option: which value holds (override).
 */
#ifndef SOCKMEND_OVERRIDE_H
#define SOCKMEND_OVERRIDE_H

#include <stdbool.h>
#include <sys/socket.h>

#include "core/policy.h"

/* What was found out before a setsockopt() of the program. */
struct override {
	const struct rule *rule; /* or NULL: nothing is to be done after it */
	unsigned owner;
	bool ours; /* yield: all keepalive values were the rule's */
	bool derive; /* the user timeout was derived from the values in force */
};

/* Before setsockopt(): true when the rule stands (override = yes). The call
 * then succeeds and changes nothing. */
bool override_before(struct override *o, int fd, int level, int name,
		     const void *value, socklen_t len);

/* After the kernel accepted it. */
void override_after(const struct override *o, int fd, int level, int name,
		    const void *value);

/* Before the keepalive options of `rule` are set. True: the program has set
 * one of its own, and the rule yields. */
bool override_gives_way(int fd, const struct rule *rule);

/* `fd` was accepted from `listener` and has its keepalive values. `decided`:
 * the listener has the options of this rule; then no system call is needed. */
void override_inherit(int listener, int fd, const struct rule *rule,
		      bool decided);

/* `copy` is now the same socket as `fd`. */
void override_copied(int fd, int copy);

/* Has the rule's keepalive section no effect on this socket, because the rule
 * yields and not all values in force are its own? Asks the kernel. */
bool override_has_yielded(int fd, const struct rule *rule);

#endif
