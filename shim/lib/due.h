/* SPDX-License-Identifier: MIT
 * What happens to a connection when a deadline is due: the mends that the
 * watch task carries out.
 */
#ifndef SOCKMEND_DUE_H
#define SOCKMEND_DUE_H

#include "hold.h"

#define NEVER INT64_MAX /* nothing more to look for */
#define LOST INT64_C(-1) /* the number is another socket or connection now */

struct tcp_facts;

/* Does the rule ask for deadlines at all? */
bool due_wanted(const struct rule *rule);

/* Milliseconds from now until the first look at a connection, or NEVER: only
 * when something else asks for it. */
int64_t due_first(const struct rule *rule);

/* Look at a held connection or listener, and act if it is time. Runs in the
 * watch task. Milliseconds to the next look, NEVER or LOST. */
int64_t due_look(struct held *h);

/* How long the peer has shown no sign of life, as supersede counts: it sent
 * nothing, and acknowledged no data of ours. Milliseconds. */
int64_t due_lifeless(const struct tcp_facts *tcp);

/* Give the program its end of file in favour of another connection; held and
 * proved. Milliseconds to the next look, or NEVER. */
int64_t due_supersede(struct held *h, const struct tcp_facts *tcp);

/* The program is about to close a descriptor whose connection was ended as
 * idle: may it be discarded, so that its 4-tuple is free at once? Program
 * threads only. */
void due_before_close(int fd);

#endif
