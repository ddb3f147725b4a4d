/* SPDX-License-Identifier: MIT
 * Socket options that can be set on a socket of another process.
 */
#ifndef SOCKMEND_SETTINGS_OF_H
#define SOCKMEND_SETTINGS_OF_H

#include "core/sockopt.h"

/* Does it do anything on a listener, or on a connection? */
bool sockopt_reaches(const struct sockopt *setting, bool listener);

/* Is anything asked for such a socket? */
bool sockopts_wanted(const struct rule *rule, bool listener);

/* Called with what could not be set, and an errno. */
typedef void setting_failed(void *arg, const char *what, int error);

struct applying {
	int fd;
	int fresh; /* a new socket of that family and network */
	const struct rule *rule;
	bool observe; /* compare only */
	bool yields; /* the program has set a keepalive option */
	struct strbuf done; /* what was changed, or would be */
	struct strbuf kept; /* what the program has set, and keeps */
	setting_failed *failed;
	void *arg;
};

/* Set what the rule asks for of a listener, or of a connection. */
void sockopts_apply(struct applying *applying, bool listener);

#endif
