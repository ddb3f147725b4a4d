/* SPDX-License-Identifier: MIT
 * Why a rule governs a connection, and why those before it do not.
 */
#ifndef SOCKMEND_EXPLAIN_H
#define SOCKMEND_EXPLAIN_H

#include "grammar.h"
#include "core/strbuf.h"

/* In the order in which they are held against a rule. */
enum part { PART_PROGRAM, PART_DIRECTION, PART_LOCAL, PART_PEER, PARTS };

extern const char *const part_names[PARTS];

/* A connection that is asked about; what is not known may be anything. */
struct question {
	struct match_key moment;
	const struct program *program; /* NULL: not known */
	const char *text[PARTS]; /* as it was asked; NULL: not known */
};

struct verdict {
	enum match match;
	enum part part; /* the first that does not match, or may not */
};

struct verdict judge(const struct rule *rule, const struct question *question);

/* The first rule that surely governs, or the number of rules. */
unsigned judge_all(const struct policy *policy, const struct question *question,
		   bool *may_be_another);

/* What the rule says of this part, as in a configuration. */
void explain_part(const struct rule *rule, enum part part, struct strbuf *out);

void explain_text(const struct config *config, const struct question *question);
void explain_json(const struct config *config, const struct question *question);

#endif
