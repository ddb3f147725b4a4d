/* SPDX-License-Identifier: MIT
 * Socket options that can be set on a socket somebody else made.
 */
#ifndef SOCKMEND_SETTINGS_OF_H
#define SOCKMEND_SETTINGS_OF_H

#include "setting.h"

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
