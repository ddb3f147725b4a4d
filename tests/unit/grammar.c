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
#include "keyword.h"
#include "core/policy_text.h"
#include "core/default_policy.h"
#include "lexer.h"

#define IN_RULE(body) "rule \"a\" { " body " }"
#define IN_IDLE(body) IN_RULE("idle { timeout = 5s " body " }")

/* `text` read as the file "t" into *config, which the caller frees. */
static bool read_text(const char *text, size_t len, struct config *config,
		      struct config_errors *complaint)
{
	struct source source = {.name = "t", .len = len};

	*config = (struct config){0};
	*complaint = (struct config_errors){0};
	source.text = pool_copy(&config->pool, text, len);
	return grammar_read(&source, NULL, config, complaint);
}

/* The policy text of `text`, or what is wrong with it. */
static const char *answer(const char *text, size_t len)
{
	static char out[POLICY_TEXT_MAX + 1];
	static struct config_errors complaint;
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
	{"idle { timeout = 5s }", "t:1: idle = {: belongs inside a rule"},
	{IN_RULE("idle { timeout = 5s\ntmeout = 6s }"),
	 "t:2: idle.tmeout = 6s: no such option: want one of timeout, count, "
	 "action, escalate"},
	{IN_RULE("keepalive { timeout = 5s }"),
	 "t:1: keepalive.timeout = 5s: belongs inside idle"},
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
	 "local, peer, mode, ephemeral_port, reuse_address, keepalive, eof, "
	 "idle, close_wait, errors, supersede, self_connect, connect_timeout, "
	 "dead, override, set"},
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
	/* socket options: 0 is a value like any other, nothing is off */
	{IN_RULE("set { so_linger = off }"),
	 "t:1: set.so_linger = off: want whole seconds, 0s-65535s"},
	{IN_RULE("set { so_linger = 500ms }"),
	 "t:1: set.so_linger = 500ms: want whole seconds, 0s-65535s"},
	{IN_RULE("set { so_rcvtimeo = off }"),
	 "t:1: set.so_rcvtimeo = off: want 0s-30d"},
	{IN_RULE("set { tcp_user_timeout = auto }"),
	 "t:1: set.tcp_user_timeout = auto: want 0s-1d"},
	{IN_RULE("set { tcp_keepidle = 0 }"),
	 "t:1: set.tcp_keepidle = 0: want whole seconds, 1s-32767s"},
	{IN_RULE("set { tcp_keepidle = off }"),
	 "t:1: set.tcp_keepidle = off: want whole seconds, 1s-32767s"},
	{IN_RULE("set { tcp_linger2 = 121s }"),
	 "t:1: set.tcp_linger2 = 121s: want whole seconds, 0s-2m"},
	{IN_RULE("set { tcp_syncnt = 3s }"),
	 "t:1: set.tcp_syncnt = 3s: want 1-127"},
	{IN_RULE("set { so_priority = -1 }"),
	 "t:1: set.so_priority = -1: want 0-6"},
	{IN_RULE("set { so_priority = off }"),
	 "t:1: set.so_priority = off: want 0-6"},
	{IN_RULE("set { so_mark = 0x10 }"),
	 "t:1: set.so_mark = 0x10: want 0-4294967295"},
	{IN_RULE("set { so_mark = 4294967296 }"),
	 "t:1: set.so_mark = 4294967296: want 0-4294967295"},
	{IN_RULE("set { so_mark = 99999999999999999999 }"),
	 "t:1: set.so_mark = 99999999999999999999: want 0-4294967295"},
	{IN_RULE("set { tcp_nodelay = 1 }"),
	 "t:1: set.tcp_nodelay = 1: want no|yes"},
	{IN_RULE("set { tcp_congestion = \"\" }"),
	 "t:1: set.tcp_congestion = \"\": want 1-15 letters, digits and "
	 "._:@-"},
	{IN_RULE("set { tcp_congestion = \"0123456789abcdef\" }"),
	 "t:1: set.tcp_congestion = 0123456789abcdef: want 1-15 letters, "
	 "digits and ._:@-"},
	{IN_RULE("set { so_bindtodevice = \"et h\" }"),
	 "t:1: set.so_bindtodevice = et h: want 1-15 letters, digits and "
	 "._:@-"},
	{IN_RULE("set { so_bindtodevice = \"a/b\" }"),
	 "t:1: set.so_bindtodevice = a/b: want 1-15 letters, digits and "
	 "._:@-"},
	{IN_RULE("set { tcp_congestion = *bbr }"),
	 "t:1: set.tcp_congestion = *bbr: want 1-15 letters, digits and "
	 "._:@-"},
	{IN_RULE("set { tcp_congestion = {\"bbr\"} }"),
	 "t:1: set.tcp_congestion = {: want 1-15 letters, digits and ._:@-"},
	{IN_RULE("set { tcp_syncnt = 1 tcp_syncnt = 2 }"),
	 "t:1: set.tcp_syncnt = 2: want it once: line 1 has it already"},
	{IN_RULE("set = yes"), "t:1: set = yes: want set { ... }"},
	{IN_RULE("supersede { when = yes }"),
	 "t:1: supersede.when = yes: want off|same_peer|any"},
	{IN_RULE("supersede { after = 5ms }"),
	 "t:1: supersede.after = 5ms: want 10ms-30d or off"},
	{IN_RULE("supersede { timeout = 5s }"),
	 "t:1: supersede.timeout = 5s: belongs inside idle"},
	{IN_RULE("self_connect = no"),
	 "t:1: self_connect = no: want refuse|allow"},
	{IN_RULE("mode = fast"), "t:1: mode = fast: want mend|observe|off"},
	{IN_RULE("mode = off mode = off"),
	 "t:1: mode = off: want it once: line 1 has it already"},
	{IN_RULE("keepalive { ack_timeout = 999ms }"),
	 "t:1: keepalive.ack_timeout = 999ms: want 1s-1d or off"},
	{IN_RULE("keepalive { ack_timeout = auto }"),
	 "t:1: keepalive.ack_timeout = auto: want 1s-1d or off"},
	{IN_RULE("connect_timeout = 61m"),
	 "t:1: connect_timeout = 61m: want 1s-1h or off"},
	{IN_RULE("dead { action = log }"),
	 "t:1: dead = { }: want after = 10ms-30d or off"},
	{IN_RULE("dead { after = 9ms }"),
	 "t:1: dead.after = 9ms: want 10ms-30d or off"},
	{IN_RULE("dead { after = 1s action = kill }"),
	 "t:1: dead.action = kill: want log|terminate"},
	{IN_RULE("override = set"), "t:1: override = set: want no|yes|yield"},
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
	{IN_RULE("supersede { }"), "rule name=a supersede=on\n"},
	{IN_RULE("supersede { when = off after = off }"),
	 "rule name=a supersede=on supersede.when=off supersede.after=0\n"},
	{IN_RULE("self_connect = refuse override = on"),
	 "rule name=a self_connect=refuse override=yes\n"},
	{IN_RULE("override = yield mode = observe connect_timeout = 1h"),
	 "rule name=a mode=observe connect_timeout=3600000 override=yield\n"},
	{"mode = observe " IN_RULE("mode = off"), "rule name=a mode=off\n"},
	{IN_RULE("keepalive { ack_timeout = 1d }"),
	 "rule name=a keepalive=on keepalive.ack_timeout=86400000\n"},
	{IN_RULE("keepalive { ack_timeout = off }"),
	 "rule name=a keepalive=on keepalive.ack_timeout=0\n"},
	{IN_RULE("dead { after = 10ms }"),
	 "rule name=a dead=on dead.after=10\n"},
	{IN_RULE("dead { after = 30d action = terminate }"),
	 "rule name=a dead=on dead.after=2592000000 dead.action=terminate\n"},
	{IN_RULE("set { }"), "rule name=a set=on\n"},
	{IN_RULE("set { so_linger = 0s so_rcvtimeo = 0 so_sndtimeo = 1500ms }"),
	 "rule name=a set=on set.so_linger=0 set.so_rcvtimeo=0 "
	 "set.so_sndtimeo=1500\n"},
	{IN_RULE("set { so_linger = 0ms so_mark = 4294967295 ip_minttl = 0 }"),
	 "rule name=a set=on set.so_linger=0 set.so_mark=4294967295 "
	 "set.ip_minttl=0\n"},
	{IN_RULE("set { tcp_nodelay = TRUE tcp_cork = off tcp_linger2 = 2m }"),
	 "rule name=a set=on set.tcp_nodelay=yes set.tcp_cork=no "
	 "set.tcp_linger2=120000\n"},
	{IN_RULE("set { tcp_congestion = \"bbr\" so_bindtodevice = 'eth0.12' }"),
	 "rule name=a set=on set.so_bindtodevice=eth0.12 "
	 "set.tcp_congestion=bbr\n"},
	{IN_RULE("set { tcp_congestion = bbr so_bindtodevice = \"veth@x-_:\" }"),
	 "rule name=a set=on set.so_bindtodevice=veth@x-_: "
	 "set.tcp_congestion=bbr\n"},
	{IN_RULE("set { so_bindtodevice = off }"),
	 "rule name=a set=on set.so_bindtodevice=off\n"},
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

/* Nobody is told half of what is allowed. */
static void every_option_of_a_section_is_named(void **state)
{
	char text[100], path[80];

	(void)state;
	for (int i = 0; i < RULE_OPTIONS; i++) {
		const struct rule_option_info *f = &rule_options[i];

		snprintf(text, sizeof text, IN_RULE("%s { nosuch = 1 }"),
			 *f->section ? f->section : "set");
		snprintf(path, sizeof path, " %s%s", f->name,
			 f + 1 < rule_options + RULE_OPTIONS &&
					 !strcmp(f->section, f[1].section)
				 ? ","
				 : "");
		if (*f->section && !strstr(answer(text, strlen(text)), path))
			fail_msg("%s: %s", path, answer(text, strlen(text)));
	}
}

static bool is_plain_number(const struct rule_option_info *f)
{
	return f->kind == OPTION_COUNT || f->kind == OPTION_NUMBER;
}

static bool has_bounds(const struct rule_option_info *f)
{
	return f->kind != OPTION_SECTION && f->kind != OPTION_WORD &&
	       f->kind != OPTION_TEXT;
}

static bool reads(const struct rule_option_info *f, intmax_t number, int64_t *value)
{
	char text[32];

	snprintf(text, sizeof text, "%jd%s", number,
		 is_plain_number(f) ? "" : "ms");
	return field_read(f, text, value);
}

/* The bounds of every field, and one step beyond them. */
static void every_field_knows_its_range(void **state)
{
	int64_t value;

	(void)state;
	for (int i = 0; i < RULE_OPTIONS; i++) {
		const struct rule_option_info *f = &rule_options[i];

		if (!has_bounds(f))
			continue;
		assert_true(reads(f, f->min, &value) && value == f->min);
		assert_true(reads(f, f->max, &value) && value == f->max);
		assert_false(reads(f, f->max + 1, &value));
		if (f->min > 1)
			assert_false(reads(f, f->min - 1, &value));
	}
}

/* `off` is for what can be off; 0 is refused by what begins above it. */
static void off_and_zero(void **state)
{
	int64_t value;

	(void)state;
	for (int i = 0; i < RULE_OPTIONS; i++) {
		const struct rule_option_info *f = &rule_options[i];
		const bool off = rule_option_can_be_off(f);

		if (!has_bounds(f))
			continue;
		assert_int_equal(field_read(f, "off", &value), off);
		assert_true(!off || value == 0);
		assert_int_equal(field_read(f, "0", &value), off || !f->min);
		assert_int_equal(field_read(f, "0s", &value),
				 (off || !f->min) && !is_plain_number(f));
		assert_int_equal(strcmp(f->section, "set") && off, off);
	}
}

static void texts_have_a_length(void **state)
{
	static const char *const bad[] = {"",	   "0123456789abcdef",
					  "a b",   "a/b",
					  "a\"b",  "\xc3\xa4",
					  "a\nb",  "a,b"};
	const struct rule_option_info *f = &rule_options[SET_TCP_CONGESTION];
	int64_t value;

	(void)state;
	assert_true(field_read(f, "b", &value));
	assert_string_equal((const char *)(intptr_t)value, "b");
	assert_true(field_read(f, "0123456789abcde", &value));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(field_read(f, bad[i], &value));
}

static void every_field_reads_what_it_writes(void **state)
{
	int64_t value;
	char buffer[32];

	(void)state;
	for (int i = 0; i < RULE_OPTIONS; i++) {
		const struct rule_option_info *f = &rule_options[i];
		int64_t wanted = f->kind == OPTION_WORD ? 1 : f->max;
		struct strbuf text = strbuf_over(buffer, sizeof buffer);

		if (f->kind == OPTION_SECTION || f->kind == OPTION_TEXT)
			continue;
		field_write(f, wanted, &text);
		assert_true(field_read(f, buffer, &value));
		assert_int_equal(value, wanted);
		if (f->kind == OPTION_WORD || reads(f, 0, &value) == false)
			continue;
		text = strbuf_over(buffer, sizeof buffer);
		field_write(f, 0, &text);
		assert_true(field_read(f, buffer, &value));
		assert_int_equal(value, 0);
	}
}

static void safe_is_the_profile_of_that_name(void **state)
{
	struct config_errors complaint = {0};
	struct config config = {0};
	struct source source;
	char text[POLICY_TEXT_MAX + 1];

	(void)state;
	if (!source_read("conf/profiles/safe.conf", (struct location){NULL, 0},
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
		cmocka_unit_test(every_option_of_a_section_is_named),
		cmocka_unit_test(every_field_knows_its_range),
		cmocka_unit_test(off_and_zero),
		cmocka_unit_test(texts_have_a_length),
		cmocka_unit_test(every_field_reads_what_it_writes),
		cmocka_unit_test(safe_is_the_profile_of_that_name),
	};

	return cmocka_run_group_tests_name("grammar", tests, NULL, NULL);
}
