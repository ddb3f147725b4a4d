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

static void print_labelled(struct terminal *paper, const char *label,
			   const char *text)
{
	if (!*text)
		return;
	term_indent(paper, INDENT);
	term_write(paper, INDENT, "", label);
	term_write(paper, 2 * INDENT, "36", text);
	paper_end_line(paper);
}

/* Its value may be empty: no port is reserved, say. */
static void print_head(struct terminal *paper, const struct finding *finding)
{
	term_write(paper, INDENT, severities[finding->severity].colour,
		   severities[finding->severity].word);
	term_write(paper, INDENT, "", ": ");
	term_write(paper, INDENT, "1", finding->subject);
	if (*finding->value) {
		term_write(paper, INDENT, "",
			   finding->severity == SEVERITY_UNKNOWN ? ": "
								 : " = ");
		term_write(paper, INDENT, "", finding->value);
	}
	paper_end_line(paper);
}

static void print_finding(struct terminal *paper, const struct finding *finding)
{
	print_head(paper, finding);
	term_indent(paper, INDENT);
	term_write(paper, INDENT, "", stories[finding->story].word);
	term_write(paper, INDENT, "", ": ");
	term_write(paper, INDENT, "", finding->meaning);
	paper_end_line(paper);
	if (finding->severity > SEVERITY_NOTE)
		return;
	print_labelled(paper, "proof: ", finding->proof);
	print_labelled(paper, "hint: ", finding->hint);
	if (*finding->rule == '#')
		print_labelled(paper, "# rule: ", finding->rule + 2);
	else
		print_labelled(paper, "rule: ", finding->rule);
	print_labelled(paper, "risk: ", finding->risk);
	print_labelled(paper, "sysctl: ", finding->sysctl);
}

static void print_summary(struct terminal *paper,
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
	term_write(paper, 0, "", line);
	paper_end_line(paper);
}

void findings_print(const struct findings *findings, bool all)
{
	struct terminal paper = term_find();
	const int last = all ? SEVERITIES : SEVERITY_UNKNOWN;

	for (int severity = 0; severity < last; severity++)
		for (unsigned i = 0; i < findings->count; i++)
			if ((int)findings->of[i].severity == severity)
				print_finding(&paper, &findings->of[i]);
	print_summary(&paper, findings, all);
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
