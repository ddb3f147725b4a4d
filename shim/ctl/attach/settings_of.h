/* SPDX-License-Identifier: MIT
 * Socket options that can be set on a socket somebody else made: the rows of
 * settings.h, and those of the keepalive section.
 */
#ifndef SOCKMEND_SETTINGS_OF_H
#define SOCKMEND_SETTINGS_OF_H

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

extern const struct setting settings[];
extern const unsigned setting_count;

bool setting_is_asked(const struct rule *rule, const struct setting *setting);

/* Does it do anything on a listener, or on a connection? */
bool setting_reaches(const struct setting *setting, bool listener);

/* Is anything asked for such a socket? */
bool settings_wanted(const struct rule *rule, bool listener);

/* Called with what could not be set, and an errno. */
typedef void setting_failed(void *arg, const char *what, int error);

/* Set them all, or with `observe` only compare: what was changed, or would
 * be, into *done. */
void settings_apply(int fd, const struct rule *rule, bool listener,
		    bool observe, struct text *done, setting_failed *failed,
		    void *arg);

#endif
