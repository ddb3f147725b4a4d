/* SPDX-License-Identifier: MIT
 * A service of systemd as its files describe it: found, with its drop-ins, in
 * the order systemd reads them.
 */
#ifndef SOCKMEND_UNIT_H
#define SOCKMEND_UNIT_H

#include "config_error.h"
#include "rootfs.h"
#include "unit_text.h"

#define UNIT_DROPIN "sockmend.conf"

struct unit {
	const char *name; /* with its ".service" */
	const char *file; /* where it is defined */
	struct unit_settings
		unit_settings; /* all but those of our own drop-in */
};

/* The name in full; NULL, complained of, when it can be no service's. */
const char *unit_name(const char *given, struct pool *pool,
		      struct config_errors *complaint);

/* False, complained of, when there is none of that name to change: not
 * found, a template, an alias, masked. */
bool unit_find(const struct root *root, const char *name, struct unit *unit,
	       struct pool *pool, struct config_errors *complaint);

/* The last assignment of a key that holds one value, or NULL where it is
 * unset or empty. */
const struct unit_setting *unit_last(const struct unit *unit, const char *key);

bool unit_is_yes(const struct unit_setting *setting);

/* Is it read after our drop-in, and so stronger? */
bool setting_is_after_ours(const struct unit_setting *setting);

#endif
