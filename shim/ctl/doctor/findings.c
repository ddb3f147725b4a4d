/* SPDX-License-Identifier: MIT
 * Findings, gathered and shown: the worst first.
 */
#include "findings.h"

#include <stdio.h>
#include <string.h>

#include "json.h"
#include "term_wrap.h"

#define INDENT 4

static const struct {
	const char *word, *colour;
} severities[] = {
#define X(id, ...) {__VA_ARGS__},
	FOR_EACH_SEVERITY(X)
#undef X
};

static const struct {
	const char *word, *title;
} stories[] = {
#define X(id, ...) {__VA_ARGS__},
	FOR_EACH_STORY(X)
#undef X
};

static struct finding with_texts(struct finding f)
{
	const char **texts[] = {&f.sysctl, &f.proof, &f.hint, &f.rule, &f.risk};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (!*texts[i])
			*texts[i] = "";
	return f;
}

void findings_add(struct findings *findings, const struct finding *finding)
{
	findings->of = pool_grow(&findings->pool, findings->of, findings->count,
				 sizeof *finding);
	findings->of[findings->count++] = with_texts(*finding);
}

unsigned findings_count(const struct findings *findings, enum severity which)
{
	unsigned count = 0;

	for (unsigned i = 0; i < findings->count; i++)
		count += findings->of[i].severity == which;
	return count;
}

static void print_labelled(struct terminal *terminal, const char *label,
			   const char *text)
{
	if (!*text)
		return;
	term_indent(terminal, INDENT);
	term_write(terminal, INDENT, "", label);
	term_write(terminal, 2 * INDENT, "36", text);
	term_end_line(terminal);
}

/* Its value may be empty: no port is reserved, say. */
static void print_head(struct terminal *terminal, const struct finding *finding)
{
	term_write(terminal, INDENT, severities[finding->severity].colour,
		   severities[finding->severity].word);
	term_write(terminal, INDENT, "", ": ");
	term_write(terminal, INDENT, "1", finding->subject);
	if (*finding->value) {
		term_write(terminal, INDENT, "",
			   finding->severity == SEVERITY_UNKNOWN ? ": "
								 : " = ");
		term_write(terminal, INDENT, "", finding->value);
	}
	term_end_line(terminal);
}

static void print_finding(struct terminal *terminal,
			  const struct finding *finding)
{
	print_head(terminal, finding);
	term_indent(terminal, INDENT);
	term_write(terminal, INDENT, "", stories[finding->story].word);
	term_write(terminal, INDENT, "", ": ");
	term_write(terminal, INDENT, "", finding->meaning);
	term_end_line(terminal);
	if (finding->severity > SEVERITY_NOTE)
		return;
	print_labelled(terminal, "proof: ", finding->proof);
	print_labelled(terminal, "hint: ", finding->hint);
	if (*finding->rule == '#')
		print_labelled(terminal, "# rule: ", finding->rule + 2);
	else
		print_labelled(terminal, "rule: ", finding->rule);
	print_labelled(terminal, "risk: ", finding->risk);
	print_labelled(terminal, "sysctl: ", finding->sysctl);
}

static void print_summary(struct terminal *terminal,
			  const struct findings *findings, bool all)
{
	char line[160];
	unsigned warnings = findings_count(findings, SEVERITY_WARNING);
	unsigned notes = findings_count(findings, SEVERITY_NOTE);

	snprintf(line, sizeof line,
		 "%u warning%s, %u note%s, %u well, %u unknown%s", warnings,
		 warnings == 1 ? "" : "s", notes, notes == 1 ? "" : "s",
		 findings_count(findings, SEVERITY_WELL),
		 findings_count(findings, SEVERITY_UNKNOWN),
		 all ? "" : " (--all shows them too)");
	term_write(terminal, 0, "", line);
	term_end_line(terminal);
}

void findings_print(const struct findings *findings, bool all)
{
	struct terminal terminal = term_find();
	const int last = all ? SEVERITIES : SEVERITY_UNKNOWN;

	for (int severity = 0; severity < last; severity++)
		for (unsigned i = 0; i < findings->count; i++)
			if ((int)findings->of[i].severity == severity)
				print_finding(&terminal, &findings->of[i]);
	print_summary(&terminal, findings, all);
}

static void print_member(const char *name, const char *text)
{
	json_pair(stdout, name, text);
	putchar(',');
}

static void print_json(const struct finding *finding)
{
	putchar('{');
	print_member("severity", severities[finding->severity].word);
	print_member("story", stories[finding->story].word);
	print_member("title", stories[finding->story].title);
	print_member("subject", finding->subject);
	print_member("value", finding->value);
	print_member("meaning", finding->meaning);
	print_member("proof", finding->proof);
	print_member("hint", finding->hint);
	print_member("rule", finding->rule);
	print_member("risk", finding->risk);
	json_pair(stdout, "sysctl", finding->sysctl);
	putchar('}');
}

void findings_print_json(const struct findings *findings)
{
	putchar('[');
	for (unsigned i = 0; i < findings->count; i++) {
		if (i)
			putchar(',');
		print_json(&findings->of[i]);
	}
	putchar(']');
}
