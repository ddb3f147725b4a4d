/* SPDX-License-Identifier: MIT
 * From configuration text to rules. The only file that knows libconfuse.
 */
#ifndef SOCKMEND_GRAMMAR_H
#define SOCKMEND_GRAMMAR_H

#include "config_error.h"
#include "core/policy.h"
#include "pool.h"
#include "config_file.h"

/* Where each part of a rule was said; no file: nowhere, it is a default. */
struct origin {
	struct location program, direction, local, peer;
	struct location value[RULE_OPTIONS];
	const char *host_bits; /* the first prefix that has some, or NULL */
	struct location host_bits_at;
};

/* Rules in order, and for each the place it came from. */
struct config {
	struct policy policy;
	struct location *place;
	struct origin *origin;
	struct location mode, log; /* where they were said; no file: nowhere */
	struct pool pool;
};

/* Add what `source` says behind what `config` holds already. With `program`,
 * the text is of apps.d: rules that name no program mean this one, and mode
 * and log have no place in it. False when anything was wrong: then everything
 * that is has been complained of, and what could be read was added. */
bool grammar_read(struct source *source, const char *program,
		  struct config *config, struct config_errors *complaint);

/* Add the one rule whose body is `source`; it is called as the source is. */
bool grammar_read_body(struct source *source, struct config *config,
		       struct config_errors *complaint);

void config_append(struct config *config, const struct rule *rule,
		   const struct origin *origin, struct location place);

#endif
