/* SPDX-License-Identifier: MIT
 * The socket options a rule can set: the rows of settings.h, and before them
 * those of the keepalive section.
 */
#ifndef SOCKMEND_SETTING_H
#define SOCKMEND_SETTING_H

#include "policy.h"
#include "text.h"

enum form { AS_INT, AS_LINGER, AS_TIMEVAL, AS_TEXT };
enum reach { BIND, INHERITED, EACH, SERVER, CLIENT };

struct setting {
	enum field_id id;
	int level, name;
	enum form form;
	int64_t unit; /* how many of the rule's units make one of the kernel's */
	enum reach reach;
	char text[28];
};

/* The first three are the idle time, the interval and the count of probes. */
extern const struct setting settings[];
extern const unsigned setting_count;

bool setting_is_asked(const struct rule *rule, const struct setting *setting);

/* "TCP_KEEPIDLE=60", after a gap. */
void setting_say(const struct setting *setting, int64_t value,
		 struct text *done);

#endif
