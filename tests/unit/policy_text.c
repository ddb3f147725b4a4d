/* SPDX-License-Identifier: MIT
 * The policy text: what is written is read back, and nothing else is read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/policy_text.h"

#define ROWS(table) (sizeof(table) / sizeof(*(table)))

static const char *const canonical_rules[] = {
	"rule name=cameras",
	"rule name=a program=camsrv,/opt/old/bin/* direction=accept",
	"rule name=a local=0.0.0.0/0:5000 "
	"peer=192.168.7.0/24,[fd09::]/16:80-90",
	"rule name=a peer=*,*:6379,10.0.0.1/32,[::1]/128",
	"rule name=a%20b%25%2c%0a program=x%20y%2cz",
	"rule name=a ephemeral_port=yes reuse_address=no",
	"rule name=a keepalive=on keepalive.idle=10000 keepalive.interval=5000 "
	"keepalive.probes=3 keepalive.user_timeout=auto",
	"rule name=a keepalive=on keepalive.user_timeout=0 "
	"keepalive.ack_timeout=30000",
	"rule name=a peer=10.0.0.0/8 mode=observe dead=on dead.after=10 "
	"dead.action=terminate override=yield",
	"rule name=a mode=off connect_timeout=3600000",
	"rule name=a eof=on eof.spin_limit=100 eof.answer=reset",
	"rule name=a idle=on idle.timeout=2000 idle.count=both "
	"idle.action=log idle.escalate=5000",
	"rule name=a close_wait=on close_wait.after=60000 "
	"close_wait.half_close=ignore close_wait.reclaim=pressure errors=eof",
	"rule name=a supersede=on supersede.when=any supersede.after=10 "
	"self_connect=allow override=yes",
	"rule name=a set=on",
	"rule name=a set=on set.so_linger=0 set.so_mark=4294967295 "
	"set.so_bindtodevice=eth0.12 set.tcp_nodelay=no set.tcp_keepidle=1000 "
	"set.tcp_congestion=bbr set.ipv6_tclass=0",
	/* A text of any bytes: they are the kernel's to refuse. */
	"rule name=a set=on set.tcp_congestion=%0a%25%2c%20%ff=x",
};

/* FNV-1a, told once more, so that a change of the format is noticed. */
static uint32_t hash_of(const char *text)
{
	uint32_t h = 2166136261u;

	while (*text)
		h = (h ^ (uint8_t)*text++) * 16777619u;
	return h;
}

/* A whole policy around these lines. */
static char *whole(const char *lines, int rules)
{
	static char text[2 * POLICY_TEXT_MAX];
	int len = snprintf(text, sizeof(text), "%s%s",
			   "sockmend-policy 2 mend none\n", lines);

	snprintf(text + len, sizeof(text) - (size_t)len, "end %d %08x\n", rules,
		 hash_of(text));
	return text;
}

/* Read from memory of just that size, so that Valgrind sees a step beyond. */
static const char *try_read(const char *text, size_t len,
			    const struct program *program,
			    char out[POLICY_TEXT_MAX + 1])
{
	char *exact = malloc(len ? len : 1);
	size_t size = policy_arena_size(len);
	struct arena arena = { calloc(1, size), 0, size };
	struct policy policy;
	const char *wrong;

	memcpy(exact, text, len);
	wrong = policy_read(exact, len, program, &arena, &policy);
	free(exact);
	if (!wrong && out)
		assert_true(policy_write(&policy, out) > 0);
	free(arena.base);
	return wrong;
}

static void canonical_text_comes_back(void **state)
{
	static char out[POLICY_TEXT_MAX + 1];
	char line[512];

	(void)state;
	for (size_t i = 0; i < ROWS(canonical_rules); i++) {
		char *text;

		snprintf(line, sizeof(line), "%s\n", canonical_rules[i]);
		text = whole(line, 1);
		if (try_read(text, strlen(text), NULL, out))
			fail_msg("not read: %s", line);
		assert_string_equal(out, text);
	}
}

static void the_empty_policy(void **state)
{
	static char out[POLICY_TEXT_MAX + 1];
	const struct policy none = { 0 };
	size_t len = policy_write(&none, out);

	(void)state;
	assert_string_equal(out, whole("", 0));
	assert_int_equal(len, strlen(out));
	assert_null(try_read(out, len, NULL, NULL));
}

static void any_truncation_is_known(void **state)
{
	char *text = whole("rule name=a idle=on idle.timeout=2000\n"
			   "rule name=b program=x peer=10.0.0.0/8\n",
			   2);
	size_t len = strlen(text);

	(void)state;
	assert_null(try_read(text, len, NULL, NULL));
	/* A last line that lost its newline alone, as to $(...), is whole. */
	assert_null(try_read(text, len - 1, NULL, NULL));
	for (size_t cut = 0; cut < len - 1; cut++)
		if (!try_read(text, cut, NULL, NULL))
			fail_msg("%zu of %zu bytes passed", cut, len);
}

static void any_changed_byte_is_known(void **state)
{
	char *text = whole("rule name=a idle=on idle.timeout=2000\n", 1);
	size_t len = strlen(text);

	(void)state;
	for (size_t i = 0; i < len; i++) {
		const char was = text[i];

		for (int bit = 0; bit < 8; bit++) {
			text[i] = (char)(was ^ (1 << bit));
			if (!try_read(text, len, NULL, NULL))
				fail_msg("byte %zu, bit %d", i, bit);
		}
		text[i] = was;
	}
}

static void what_is_wrong_is_said(void **state)
{
	static const struct {
		const char *text, *wrong;
	} rows[] = {
		{ "", "not a sockmend policy" },
		{ "rule \"a\" { }\n", "not a sockmend policy" },
		{ "sockmend-policy 3 mend none\nend 0 00000000\n",
		  "of another version" },
		{ "sockmend-policy 1 mend none\n", "truncated" },
		{ "sockmend-policy 1 mend none\nend 0 00000000\n", "damaged" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_string_equal(try_read(rows[i].text,
					     strlen(rows[i].text), NULL, NULL),
				    rows[i].wrong);
}

static const char *const wrong_rules[] = {
	"rule\n",
	"rule idle=on\n",
	"rule name=\n",
	"rule name=a name\n",
	"rule name=a idel=on\n",
	"rule name=a idle=yes\n",
	"rule name=a idle.timeout=\n",
	"rule name=a idle.timeout=9\n",
	"rule name=a idle.timeout=2s\n",
	"rule name=a idle.timeout=-1\n",
	"rule name=a idle.timeout=99999999999999999999\n",
	"rule name=a idle.timeout=2592000001\n",
	"rule name=a idle.timeout=2000 idle.timeout=3000\n",
	"rule name=a keepalive.probes=0\n",
	"rule name=a keepalive.probes=128\n",
	"rule name=a idle.count=neither\n",
	"rule name=a direction=sideways\n",
	"rule name=a program=\n",
	"rule name=a program=,\n",
	"rule name=a program=a,b program=c\n",
	"rule name=a peer=\n",
	"rule name=a peer=*,* peer=*\n",
	"rule name=a local=*,* local=*\n",
	"rule name=a peer=10.0.0.0/33\n",
	"rule name=a peer=10.0.0\n",
	"rule name=a peer=[::1\n",
	"rule name=a peer=[::1]/129\n",
	"rule name=a peer=10.0.0.1:0\n",
	"rule name=a peer=10.0.0.1:65536\n",
	"rule name=a peer=10.0.0.1:90-80\n",
	"rule name=a peer=10.0.0.1:80-\n",
	"rule name=a set.so_linger=off\n",
	"rule name=a set.so_linger=-1\n",
	"rule name=a set.so_linger=65535001\n",
	"rule name=a set.tcp_keepidle=0\n",
	"rule name=a set.tcp_keepidle=999\n",
	"rule name=a set.so_mark=4294967296\n",
	"rule name=a set.so_priority=7\n",
	"rule name=a set.so_priority=\n",
	"rule name=a set.tcp_nodelay=on\n",
	"rule name=a set.tcp_congestion=\n",
	"rule name=a set.tcp_congestion=0123456789abcdef\n",
	"rule name=a set.tcp_congestion=%00\n",
	"rule name=a set.tcp_congestion=%6\n",
	"rule name=a set.tcp_congestion=a set.tcp_congestion=a\n",
	"rule name=a set.so_nosuch=1\n",
	"rule name=a set=off\n",
	"rule name=a supersede.when=yes\n",
	"rule name=a supersede.after=9\n",
	"rule name=a self_connect=yes\n",
	"rule name=%0\n",
	"rule name=%zz\n",
	"rule name=%00\n",
	"rule name=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
	"role name=a\n",
	"\n",
	"rule name=a idle=on idle.timeout=2000 \n\n",
};

static void rules_that_are_wrong_though_well_summed(void **state)
{
	int passed = 0;

	(void)state;
	for (size_t i = 0; i < ROWS(wrong_rules); i++) {
		char *text = whole(wrong_rules[i], 1);

		if (try_read(text, strlen(text), NULL, NULL))
			continue;
		print_error("passed: %s", wrong_rules[i]);
		passed++;
	}
	assert_int_equal(passed, 0);
}

static void the_count_of_rules_counts(void **state)
{
	static const int counts[] = { 0, 1, 3, 1000000 };

	(void)state;
	for (size_t i = 0; i < ROWS(counts); i++) {
		char *text = whole("rule name=a\nrule name=b\n", counts[i]);

		assert_non_null(try_read(text, strlen(text), NULL, NULL));
	}
}

static void rules_for_other_programs_are_left_out(void **state)
{
	static char out[POLICY_TEXT_MAX + 1];
	const struct program program = { "b", "/bin/b", "/bin/b" };
	char *text = whole("rule name=1 program=a\nrule name=2 program=b\n"
			   "rule name=3\nrule name=4 program=/bin/*\n",
			   4);

	(void)state;
	assert_null(try_read(text, strlen(text), &program, out));
	assert_string_equal(out,
			    whole("rule name=2 program=b\nrule name=3\n"
				  "rule name=4 program=/bin/*\n",
				  3));
}

/* As many rules as fit, to the byte; one byte more is too long. */
static void the_bound_is_64_kilobytes(void **state)
{
	static char lines[POLICY_TEXT_MAX + 64];
	static char out[POLICY_TEXT_MAX + 1];
	size_t len = 0;
	int rules = 0;
	char *text;

	(void)state;
	while (len < POLICY_TEXT_MAX - 100) {
		len += (size_t)sprintf(lines + len, "rule name=r%d\n", rules++);
	}
	text = whole(lines, rules);
	assert_true(strlen(text) <= POLICY_TEXT_MAX);
	assert_null(try_read(text, strlen(text), NULL, out));
	assert_string_equal(out, text);
	while (strlen(text) <= POLICY_TEXT_MAX) {
		len += (size_t)sprintf(lines + len, "rule name=%.*s\n", 1,
				       "x");
		text = whole(lines, ++rules);
	}
	assert_non_null(try_read(text, strlen(text), NULL, NULL));
}

static void what_does_not_fit_is_not_written(void **state)
{
	static struct rule rules[6000];
	static char out[POLICY_TEXT_MAX + 1];
	struct policy policy = { .count = ROWS(rules), .rule = rules };

	(void)state;
	for (size_t i = 0; i < ROWS(rules); i++) {
		strcpy(rules[i].name, "a rule");
		for (unsigned f = 0; f < RULE_OPTIONS; f++)
			rules[i].value[f] = UNSET;
	}
	assert_int_equal(policy_write(&policy, out), 0);
	policy.count = 10;
	assert_true(policy_write(&policy, out) > 0);
}

static void random_bytes_are_refused(void **state)
{
	static char text[POLICY_TEXT_MAX + 1];
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 200; round++) {
		size_t len = (size_t)(round * round) % POLICY_TEXT_MAX;

		for (size_t i = 0; i < len; i++) {
			seed = seed * 1664525 + 1013904223;
			text[i] = (char)(seed >> 24);
		}
		if (round % 2)
			memcpy(text, "sockmend-policy 1 mend none\nrule ",
			       len < 33 ? len : 33);
		assert_non_null(try_read(text, len, NULL, NULL));
	}
}

static void prefixes_have_one_canonical_form(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "10.0.0.1", "10.0.0.1/32" },
		{ "10.0.0.1/32", "10.0.0.1/32" },
		{ "10.0.0.0/8", "10.0.0.0/8" },
		{ "0.0.0.0/0", "0.0.0.0/0" },
		{ "0.0.0.0/0:5000", "0.0.0.0/0:5000" },
		{ "10.0.0.1:80-80", "10.0.0.1/32:80" },
		{ "10.0.0.1:80-90", "10.0.0.1/32:80-90" },
		{ "*", "*" },
		{ "*:6379", "*:6379" },
		{ "[2001:DB8::1]", "[2001:db8::1]/128" },
		{ "[2001:db8::]/32:443", "[2001:db8::]/32:443" },
		{ "[::]/0", "[::]/0" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct prefix p;
		char out[64];

		if (prefix_read(rows[i].in, strlen(rows[i].in), &p))
			fail_msg("not read: %s", rows[i].in);
		prefix_write(&p, out);
		assert_string_equal(out, rows[i].out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_text_comes_back),
		cmocka_unit_test(the_empty_policy),
		cmocka_unit_test(any_truncation_is_known),
		cmocka_unit_test(any_changed_byte_is_known),
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(rules_that_are_wrong_though_well_summed),
		cmocka_unit_test(the_count_of_rules_counts),
		cmocka_unit_test(rules_for_other_programs_are_left_out),
		cmocka_unit_test(the_bound_is_64_kilobytes),
		cmocka_unit_test(what_does_not_fit_is_not_written),
		cmocka_unit_test(random_bytes_are_refused),
		cmocka_unit_test(prefixes_have_one_canonical_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
