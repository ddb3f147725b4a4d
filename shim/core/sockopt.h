/* SPDX-License-Identifier: MIT
 * The socket options a rule can set: the rows of sockopt_table.h, and before
 * them those of the keepalive section.
 */
#ifndef SOCKMEND_SOCKOPT_H
#define SOCKMEND_SOCKOPT_H

#include "core/policy.h"
#include "core/strbuf.h"

enum form { AS_INT, AS_LINGER, AS_TIMEVAL, AS_TEXT };
enum reach { BIND, INHERITED, EACH, SERVER, CLIENT };

struct sockopt {
	enum rule_option id;
	int level, name;
	enum form form;
	int64_t unit; /* how many of the rule's units make one of the kernel's
		       */
	enum reach reach;
	char text[28];
};

/* The first three are the idle time, the interval and the count of probes. */
extern const struct sockopt sockopts[];
extern const unsigned sockopt_count;

bool sockopt_is_asked(const struct rule *rule, const struct sockopt *setting);

/* "TCP_KEEPIDLE=60", after a gap. */
void sockopt_print(const struct sockopt *setting, int64_t value,
		   struct strbuf *done);

#endif
