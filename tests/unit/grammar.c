/* SPDX-License-Identifier: MIT
 * The language: what is wrong is said with its line, and nothing gets through
 * that libconfuse alone would have let pass.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "grammar.h"
#include "option.h"
#include "policy_text.h"
#include "safe.h"
#include "scan.h"

#define IN_RULE(body) "rule \"a\" { " body " }"
#define IN_IDLE(body) IN_RULE("idle { timeout = 5s " body " }")

/* `text` read as the file "t" into *config, which the caller frees. */
static bool read_text(const char *text, size_t len, struct config *config,
		      struct complaint *complaint)
{
	struct source source = {.name = "t", .len = len};

	*config = (struct config){0};
	*complaint = (struct complaint){""};
	source.text = pool_copy(&config->pool, text, len);
	return grammar_read(&source, NULL, config, complaint);
}

/* The policy text of `text`, or what is wrong with it. */
static const char *answer(const char *text, size_t len)
{
	static char out[POLICY_TEXT_MAX + 1];
	static struct complaint complaint;
	struct config config;
	bool well = read_text(text, len, &config, &complaint) &&
		    policy_write(&config.policy, out);

	config_free(&config);
	return well ? out : complaint.text;
}

static const struct {
	const char *text, *complaint;
} wrong[] = {
	/* values */
	{"mode = fast", "t:1: mode = fast: want mend|observe|off"},
	{"\nlog = loud", "t:2: log = loud: want none|stderr"},
	{IN_RULE("direction = in"),
	 "t:1: direction = in: want any|accept|connect"},
	{IN_RULE("\nidle { timeout = 5ms }"),
	 "t:2: idle.timeout = 5ms: want 10ms-30d or off"},
	{IN_RULE("idle { timeout = 31d }"),
	 "t:1: idle.timeout = 31d: want 10ms-30d or off"},
	{IN_RULE("idle { timeout = -5s }"),
	 "t:1: idle.timeout = -5s: want 10ms-30d or off"},
	{IN_RULE("idle { timeout = 5 s }"),
	 "t:1: idle.s = }: no such option: want one of timeout, count, "
	 "action, escalate"},
	{IN_RULE("keepalive { idle = 1500ms }"),
	 "t:1: keepalive.idle = 1500ms: want whole seconds, 1s-32767s or off"},
	{IN_RULE("keepalive { idle = 18446744073709551621 }"),
	 "t:1: keepalive.idle = 18446744073709551621: want whole seconds, "
	 "1s-32767s or off"},
	{IN_RULE("keepalive { probes = 0 }"),
	 "t:1: keepalive.probes = 0: want 1-127"},
	{IN_RULE("keepalive { probes = 0x3 }"),
	 "t:1: keepalive.probes = 0x3: want 1-127"},
	{IN_RULE("keepalive { user_timeout = 25h }"),
	 "t:1: keepalive.user_timeout = 25h: want auto, 1ms-1d or off"},
	{IN_IDLE("count = none"),
	 "t:1: idle.count = none: want received|sent|both"},
	{IN_RULE("ephemeral_port = maybe"),
	 "t:1: ephemeral_port = maybe: want no|yes"},
	{IN_RULE("program = \"\""),
	 "t:1: program = \"\": want quoted globs: \"name\", or the whole path"},
	{IN_RULE("peer = {\"10.0.0.0/8\",\n\"10.0.0.0/33\"}"),
	 "t:2: peer = 10.0.0.0/33: want a prefix length of 0-32"},
	{IN_RULE("local = \"*:0\""),
	 "t:1: local = *:0: want a port of 1-65535"},
	{IN_RULE("peer = host"), "t:1: peer = host: want quoted "
				 "\"ADDR[/LEN][:PORT[-PORT]]\", IPv6 in [ ]"},
	/* names */
	{"idle { timeout = 5s }", "t:1: idle = {: no such option: want one of "
				  "mode, log, include, rule"},
	{IN_RULE("idle { timeout = 5s\ntmeout = 6s }"),
	 "t:2: idle.tmeout = 6s: no such option: want one of timeout, count, "
	 "action, escalate"},
	{IN_RULE("keepalive { timeout = 5s }"),
	 "t:1: keepalive.timeout = 5s: no such option: want one of idle, "
	 "interval, probes, user_timeout"},
	{IN_RULE("eof { spin_limit = 1 } eof { }"),
	 "t:1: eof = {: want it once: line 1 has it already"},
	{IN_IDLE("\ntimeout = 6s"),
	 "t:2: idle.timeout = 6s: want it once: line 1 has it already"},
	{"mode = mend\nmode = mend",
	 "t:2: mode = mend: want it once: line 1 has it already"},
	{"rule \"a\" { }\n\nrule 'a' { }",
	 "t:3: rule = \"a\": want a name of its own: t:1 has this one"},
	{"rule \"a\\\\\" { }\nrule b { }\nrule\n\"a\\\\\" { }",
	 "t:4: rule = \"a\\\": want a name of its own: t:1 has this one"},
	{"rule \"\" { }", "t:1: rule = \"\": want a name of 1-31 bytes"},
	{"rule \"12345678901234567890123456789012\" { }",
	 "t:1: rule = \"12345678901234567890123456789012\": want a name of "
	 "1-31 bytes"},
	/* shape */
	{"\nrule \"a\" {\n idle { timeout = 5s }\n",
	 "t:2: rule = {: want a } that closes it"},
	{"rule \"a\" {\n idle { timeout = 5s \n",
	 "t:2: idle = {: want a } that closes it"},
	{IN_RULE("}"), "t:1: }: want none: nothing is open"},
	{IN_RULE("\nidle {\n}"),
	 "t:2: idle = { }: want timeout = 10ms-30d or off"},
	{IN_RULE("close_wait { reclaim = yes }"),
	 "t:1: close_wait = { }: want after = 10ms-30d or off"},
	{IN_RULE("idle = 5s"), "t:1: idle = 5s: want idle { ... }"},
	{IN_RULE("idle \"x\" { }"), "t:1: idle = \"x\": want idle { ... }"},
	{"rule { }", "t:1: rule = {: want rule \"NAME\" { ... }"},
	{"rule = \"a\"", "t:1: rule = \"a\": want rule \"NAME\" { ... }"},
	{"mode mend", "t:1: mode = mend: want '=' after the name"},
	{"mode += mend", "t:1: mode = +: want '=' after the name"},
	{"mode =", "t:1: mode: the text ends here: want mend|observe|off"},
	{"mode = {mend}", "t:1: mode = {: want mend|observe|off"},
	{"mode = mend;", "t:1: mode = mend;: want mend|observe|off"},
	{"\"mode\" = mend", "t:1: \"mode\": want the name of an option"},
	{"include \"x\"", "t:1: include = \"x\": want include(\"FILE\")"},
	{"include(\"x\", \"y\")", "t:1: include = ,: want include(\"FILE\")"},
	{IN_RULE("include(\"x\")"),
	 "t:1: include = (: no such option: want one of program, direction, "
	 "local, peer, ephemeral_port, reuse_address, keepalive, eof, idle, "
	 "close_wait, errors"},
	{IN_RULE("peer = { }"), "t:1: peer = }: want quoted "
				"\"ADDR[/LEN][:PORT[-PORT]]\", IPv6 in [ ]"},
	{IN_RULE("peer = {\"*\" \"*\"}"), "t:1: peer = \"*\": want ',' or '}'"},
	/* characters */
	{IN_RULE("peer = { *:6379 }"),
	 "t:1: peer = *:6379: want quotes around it"},
	{IN_RULE("peer = 10.0.0.*"),
	 "t:1: peer = 10.0.0.*: want quotes around it"},
	{IN_RULE("program = ${X}"), "t:1: program = $: want quotes around it"},
	{IN_RULE("program = \"a${X}\""),
	 "t:1: program = \"a: want no ${: a rule means the same in every "
	 "environment"},
	{"rule \"a\n\" { }",
	 "t:1: rule = \"a: want a closing quote in the same line"},
	{"rule \"a\\", "t:1: rule = \"a: want no \\ but in \\\\ \\\" \\'"},
	{"rule \"\\x41\" { }",
	 "t:1: rule = \": want no \\ but in \\\\ \\\" \\'"},
	{"rule 'a\tb' { }", "t:1: rule = 'a: want no control characters"},
	{"mode = mend\n\n/* \n", "t:3: /*: the comment is never closed: "
				 "want */"},
	{"/*/", "t:1: /*: the comment is never closed: want */"},
	{"\xef\xbb\xbfmode = mend",
	 "t:1: a byte order mark: want text without it"},
	{"*", "t:1: *: want the name of an option"},
	{"/", "t:1: /: no such option: want one of mode, log, include, rule"},
	/* of a later day */
	{IN_RULE("override = yes"),
	 "t:1: override = yes: no such option: want one of program, "
	 "direction, local, peer, ephemeral_port, reuse_address, keepalive, "
	 "eof, idle, close_wait, errors"},
};

static void what_is_wrong_is_said_exactly(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_string_equal(
			answer(wrong[i].text, strlen(wrong[i].text)),
			wrong[i].complaint);
}

static void a_nul_byte_has_a_line(void **state)
{
	static const char text[] = "mode = mend\n\nlog = \0none";

	(void)state;
	assert_string_equal(answer(text, sizeof text - 1),
			    "t:3: a NUL byte: want text");
}

/* Comments of either kind, and whatever stands in them, cost no line. */
static void lines_are_right_behind_comments(void **state)
{
	static const char text[] = "mode = mend // { \" '\r\n"
				   "/* a */ /* b\n\n * { \" */ # }\n"
				   "rule \"# // /* \" { peer = { # in a list\n"
				   "\"*\", /*\n*/ 'bad' } }";

	(void)state;
	assert_string_equal(answer(text, sizeof text - 1),
			    "t:7: peer = bad: want quoted "
			    "\"ADDR[/LEN][:PORT[-PORT]]\", IPv6 in [ ]");
}

static const struct {
	const char *text, *rule; /* as the policy has it */
} well[] = {
	{"", ""},
	{"# nothing", ""},
	{"rule a { }", "rule name=a\n"},
	{"rule 'a' {} rule \"b\" {}", "rule name=a\nrule name=b\n"},
	{"rule rule { } rule \"}\" { } rule x {}",
	 "rule name=rule\nrule name=}\nrule name=x\n"},
	{IN_RULE("program = p"), "rule name=a program=p\n"},
	{IN_RULE("program = {\"p\", '/q/*',}"),
	 "rule name=a program=p,/q/*\n"},
	{IN_RULE("local = [::1]:80 peer = {\"*:1-2\", 10.0.0.0/8}"),
	 "rule name=a local=[::1]/128:80 peer=*:1-2,10.0.0.0/8\n"},
	{IN_RULE("ephemeral_port = on reuse_address = FALSE"),
	 "rule name=a ephemeral_port=yes reuse_address=no\n"},
	{IN_RULE("keepalive { }"), "rule name=a keepalive=on\n"},
	{IN_RULE("keepalive { idle = 3 interval = 2m probes = 127 "
		 "user_timeout = 1ms }"),
	 "rule name=a keepalive=on keepalive.idle=3000 "
	 "keepalive.interval=120000 keepalive.probes=127 "
	 "keepalive.user_timeout=1\n"},
	{IN_RULE("idle { timeout = 30d escalate = off }"),
	 "rule name=a idle=on idle.timeout=2592000000 idle.escalate=0\n"},
	{IN_RULE("idle{timeout=10ms}errors=eof"),
	 "rule name=a idle=on idle.timeout=10 errors=eof\n"},
	{IN_RULE("close_wait { after = 0 reclaim = pressure }"),
	 "rule name=a close_wait=on close_wait.after=0 "
	 "close_wait.reclaim=pressure\n"},
};

static void what_is_well_becomes_a_policy(void **state)
{
	char body[500];

	(void)state;
	for (size_t i = 0; i < sizeof well / sizeof *well; i++) {
		const char *text = strchr(
			answer(well[i].text, strlen(well[i].text)), '\n');
		const char *end = text ? strstr(text, "end ") : NULL;

		if (!end)
			fail_msg("%s: %s", well[i].text,
				 answer(well[i].text, strlen(well[i].text)));
		memcpy(body, text + 1, (size_t)(end - text - 1));
		body[end - text - 1] = '\0';
		assert_string_equal(body, well[i].rule);
	}
}

static void what_is_compiled_can_be_read(void **state)
{
	char out[POLICY_TEXT_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof well / sizeof *well; i++) {
		const char *text = answer(well[i].text, strlen(well[i].text));
		size_t size = policy_arena_size(strlen(text));
		struct arena arena = {calloc(1, size), 0, size};
		struct policy policy;

		assert_null(policy_read(text, strlen(text), NULL, &arena,
					&policy));
		assert_true(policy_write(&policy, out));
		assert_string_equal(out, text);
		free(arena.base);
	}
}

/* The bounds of every field, and one step beyond them. */
static void every_field_knows_its_range(void **state)
{
	int64_t value;
	char text[32];

	(void)state;
	for (int i = 0; i < FIELD_COUNT_OF; i++) {
		const struct field *f = &fields[i];
		const char *unit = f->kind == FIELD_COUNT ? "" : "ms";

		if (f->kind == FIELD_SECTION || f->kind == FIELD_WORD)
			continue;
		snprintf(text, sizeof text, "%jd%s", (intmax_t)f->min, unit);
		assert_true(field_read(f, text, &value) && value == f->min);
		snprintf(text, sizeof text, "%jd%s", (intmax_t)f->max, unit);
		assert_true(field_read(f, text, &value) && value == f->max);
		snprintf(text, sizeof text, "%jd%s", (intmax_t)f->max + 1,
			 unit);
		assert_false(field_read(f, text, &value));
		if (f->min > 1) {
			snprintf(text, sizeof text, "%jd%s",
				 (intmax_t)f->min - 1, unit);
			assert_false(field_read(f, text, &value));
		}
	}
}

static void every_field_reads_what_it_writes(void **state)
{
	int64_t value;
	char buffer[32];

	(void)state;
	for (int i = 0; i < FIELD_COUNT_OF; i++) {
		const struct field *f = &fields[i];
		int64_t wanted = f->kind == FIELD_WORD ? 1 : f->max;
		struct text text = text_over(buffer, sizeof buffer);

		if (f->kind == FIELD_SECTION)
			continue;
		field_write(f, wanted, &text);
		assert_true(field_read(f, buffer, &value));
		assert_int_equal(value, wanted);
	}
}

static void safe_is_the_profile_of_that_name(void **state)
{
	struct complaint complaint = {""};
	struct config config = {0};
	struct source source;
	char text[POLICY_TEXT_MAX + 1];

	(void)state;
	if (!source_read("conf/profiles/safe.conf", (struct place){NULL, 0},
			 &config.pool, &source, &complaint) ||
	    !grammar_read(&source, NULL, &config, &complaint))
		fail_msg("%s", complaint.text);
	assert_true(policy_write(&config.policy, text));
	assert_string_equal(text, safe_policy);
	config_free(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_is_said_exactly),
		cmocka_unit_test(a_nul_byte_has_a_line),
		cmocka_unit_test(lines_are_right_behind_comments),
		cmocka_unit_test(what_is_well_becomes_a_policy),
		cmocka_unit_test(what_is_compiled_can_be_read),
		cmocka_unit_test(every_field_knows_its_range),
		cmocka_unit_test(every_field_reads_what_it_writes),
		cmocka_unit_test(safe_is_the_profile_of_that_name),
	};

	return cmocka_run_group_tests_name("grammar", tests, NULL, NULL);
}
