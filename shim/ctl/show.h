/* SPDX-License-Identifier: MIT
 * One rule shown, as configuration or as JSON.
 */
#ifndef SOCKMEND_SHOW_H
#define SOCKMEND_SHOW_H

#include "policy.h"

#define VALUE_MAX 32 /* bytes, of a value as text */

/* `from` is the place the rule came from. */
void show_text(const struct rule *rule, const char *from);
void show_json(const struct rule *rule, const char *from);

/* A value of the rule, or of its section where the rule is silent. */
const char *show_value(const struct rule *rule, enum field_id id,
		       char out[VALUE_MAX]);

/* A word of "one|two|three". */
const char *show_word(const char *words, int index, char out[VALUE_MAX]);

/* Does the option stand in this section ("" for the rule itself), and has it
 * a value there? */
bool show_has(const struct rule *rule, enum field_id id, const char *section);

#endif
