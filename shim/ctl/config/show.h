/* SPDX-License-Identifier: MIT
 * One rule shown, as configuration or as JSON, with the place of each value.
 */
#ifndef SOCKMEND_SHOW_H
#define SOCKMEND_SHOW_H

#include "grammar.h"

#define VALUE_MAX 32 /* bytes, of a value as text */
#define SHOW_PLACE_MAX 512

/* Rule number `number`. */
void show_text(const struct config *config, unsigned number);
void show_json(const struct config *config, unsigned number);

/* "name = word", and its origin; the name may begin with a tab. */
void show_word_text(const char *name, const char *words, int index,
		    struct location origin);

/* "file":…,"line":…; null where there is none. */
void show_place_json(struct location place);

/* "mode":{"file":…,"line":…} */
void show_origin_json(const char *name, struct location origin);

/* "FILE:LINE", "FILE" or "default"; nothing in it ends a comment. */
const char *show_place(struct location place, char out[SHOW_PLACE_MAX]);

/* A value of the rule, or of its section where the rule is silent. */
const char *show_value(const struct rule *rule, enum rule_option id,
		       char out[VALUE_MAX]);

/* A word of "one|two|three". */
const char *show_word(const char *words, int index, char out[VALUE_MAX]);

/* Does the option stand in this section ("" for the rule itself), and has it
 * a value there? */
bool show_has(const struct rule *rule, enum rule_option id,
	      const char *section);

/* "keepalive":{"idle":"10s",…},"errors":"eof",… each with a comma before. */
void show_fields_json(const struct rule *rule);

/* The lists of a rule as JSON arrays. */
void show_programs_json(const struct glob_list *list);
void show_prefixes_json(const struct prefix_list *list);

#endif
