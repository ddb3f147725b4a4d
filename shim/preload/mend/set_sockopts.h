/* SPDX-License-Identifier: MIT
 * The mends that are socket options: keepalive, user_timeout, reuse_address,
 * and all that a rule's `set` names.
 */
#ifndef SOCKMEND_SET_SOCKOPTS_H
#define SOCKMEND_SET_SOCKOPTS_H

#include "core/policy.h"
#include "core/strbuf.h"

/* Where an option is set. An heir is accepted from a listener that has the
 * rule's options already; an accepted socket is one whose rule was only known
 * once its peer was. */
enum place { AT_BIND, AT_CONNECT, ON_LISTENER, ON_ACCEPTED, ON_HEIR };

/* Set what the rule says on a TCP socket (in observe mode nothing is) and say
 * it in `done`: "TCP_KEEPIDLE=10 … SO_KEEPALIVE=1". An option the kernel
 * refuses is an event of its own. */
void sockopts_apply(int fd, const struct rule *rule, enum place place,
		    struct strbuf *done);

/* SO_REUSEADDR=1; false when it was set already, or could not be. */
bool sockopts_reuse_address(int fd, const struct rule *rule);

/* The kernel's name of an option the rule sets, or NULL: it does not. */
const char *sockopts_named(const struct rule *rule, int level, int name);

/* How many bytes the kernel surely reads of a value of `len`; -1 when it
 * refuses that length, or the rule does not set the option. */
int sockopts_bytes_read(const struct rule *rule, int level, int name,
			socklen_t len);

#endif
