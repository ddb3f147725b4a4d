/* SPDX-License-Identifier: MIT
 * The vocabulary of the configuration: every option, where it may stand, what
 * it looks like, and how its text becomes a value.
 */
#ifndef SOCKMEND_KEYWORD_H
#define SOCKMEND_KEYWORD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/rule_options.h"
#include "core/policy.h"
#include "core/strbuf.h"

enum shape {
	SHAPE_VALUE, /* name = value */
	SHAPE_LIST, /* name = {"value", …}, or one value */
	SHAPE_SECTION, /* name { … } */
	SHAPE_TITLED, /* name "title" { … } */
	SHAPE_CALL, /* name("argument") */
};

#define OPTIONS_MAX (8 + RULE_OPTIONS)

struct keyword {
	unsigned number;
	const char *within; /* "" at the top, "rule", "keepalive" … */
	const char *name;
	enum shape shape;
	const struct rule_option_info *field; /* or NULL */
	const char *words; /* for a value that is no field */
	const char *wants; /* for everything else */
};

/* Number `i` of all options, in the order of the man page; false past them. */
bool keyword_at(unsigned i, struct keyword *option);

bool keyword_find(const char *within, const char *name, unsigned len,
		  struct keyword *option);

/* Its name in messages: "mode", "program", "idle.timeout". */
void option_path(const struct keyword *option, char out[64]);

/* What is allowed as its value, for people. */
void keyword_allowed(const struct keyword *option, char out[96]);

/* "timeout, count, action, escalate": all that may stand within `section`. */
void option_names(const char *section, struct strbuf *out);

/* "30s" as 30000; "yes" as 1. False when it is not allowed there. */
bool field_read(const struct rule_option_info *field, const char *text,
		int64_t *value);

/* The other way round, as it would be written in a configuration. */
void field_write(const struct rule_option_info *field, int64_t value,
		 struct strbuf *out);

/* The one direction in which the option has an effect, or DIRECTION_ANY. */
enum direction option_direction(enum rule_option id);

/* The word at place `index` of the '|'-separated `words`. */
void word_write(const char *words, int64_t index, struct strbuf *out);

#endif
