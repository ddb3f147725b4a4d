/* SPDX-License-Identifier: MIT
 * Which rule governs a socket: matching, the three answers, first rule wins.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "core/policy.h"
#include "core/policy_text.h"

#define ROWS(table) (sizeof(table) / sizeof(*(table)))

static struct endpoint at(const char *addr, uint16_t port)
{
	struct endpoint e = { .known = true, .port = port };

	assert_int_equal(inet_pton(AF_INET6, addr, e.addr), 1);
	return e;
}

static struct prefix prefix(const char *text)
{
	struct prefix p;

	assert_null(prefix_read(text, strlen(text), &p));
	return p;
}

static struct rule silent_rule(void)
{
	struct rule rule = { .name = "rule" };

	for (unsigned i = 0; i < RULE_OPTIONS; i++)
		rule.value[i] = UNSET;
	return rule;
}

static void globs(void **state)
{
	static const struct {
		const char *glob, *text;
		bool matches;
	} rows[] = {
		{ "camsrv", "camsrv", true },
		{ "camsrv", "camsrv2", false },
		{ "camsrv", "camsr", false },
		{ "", "", true },
		{ "", "x", false },
		{ "*", "", true },
		{ "*", "anything", true },
		{ "cam*", "cam", true },
		{ "cam*", "camsrv", true },
		{ "*srv", "camsrv", true },
		{ "*srv", "srvcam", false },
		{ "c*m*v", "camsrv", true },
		{ "*a*a*a*", "aa", false },
		{ "*a*a*a*", "banana", true },
		{ "/opt/*/bin", "/opt/a/b/bin", true },
		{ "c?msrv", "camsrv", true },
		{ "?", "", false },
		{ "cam[0-9]", "cam7", true },
		{ "cam[0-9]", "camx", false },
		{ "cam[!0-9]", "camx", true },
		{ "cam[!0-9]", "cam7", false },
		{ "cam[]x]", "cam]", true },
		{ "cam[ab]srv", "cambsrv", true },
		{ "[a-]", "-", true },
		{ "[", "x", false },
		{ "[a", "a", true },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (glob_matches(rows[i].glob, rows[i].text) != rows[i].matches)
			fail_msg("glob %s against %s", rows[i].glob,
				 rows[i].text);
}

static void a_glob_is_not_slow(void **state)
{
	char text[2001];

	(void)state;
	memset(text, 'a', 2000);
	text[2000] = '\0';
	assert_false(glob_matches("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
}

static void programs(void **state)
{
	char name[] = "camsrv", path[] = "/opt/old/bin/*";
	char *globs[] = { name, path };
	struct rule rule = silent_rule();
	const struct program rows[] = {
		{ "camsrv", "/usr/bin/other", "/usr/bin/other" },
		{ "x", "/opt/old/bin/x", "/usr/bin/python3" },
		{ "x", "x", "/opt/old/bin/x" },
		{ "x", "/opt/new/bin/camsrv", "/opt/new/bin/camsrv" },
		{ "", "", "" },
	};

	(void)state;
	assert_true(rule_means_program(&rule, &rows[4]));
	rule.program = (struct glob_list){ 2, globs };
	assert_true(rule_means_program(&rule, &rows[0]));
	assert_true(rule_means_program(&rule, &rows[1]));
	assert_true(rule_means_program(&rule, &rows[2]));
	assert_false(rule_means_program(&rule, &rows[3]));
	assert_false(rule_means_program(&rule, &rows[4]));
}

static enum match match_peer(const char *text, const struct endpoint *peer)
{
	struct prefix p = prefix(text);
	struct rule rule = silent_rule();
	const struct match_key m = { DIRECTION_CONNECT, NULL, peer };

	rule.peer = (struct prefix_list){ 1, &p };
	return rule_match(&rule, &m);
}

static void peers(void **state)
{
	static const struct {
		const char *prefix, *addr;
		uint16_t port;
		enum match match;
	} rows[] = {
		{ "192.168.7.0/24", "::ffff:192.168.7.9", 80, MATCH_YES },
		{ "192.168.7.0/24", "::ffff:192.168.8.9", 80, MATCH_NO },
		{ "192.168.7.9", "::ffff:192.168.7.9", 80, MATCH_YES },
		{ "192.168.7.9", "::ffff:192.168.7.8", 80, MATCH_NO },
		{ "0.0.0.0/0", "::ffff:192.168.7.8", 80, MATCH_YES },
		{ "0.0.0.0/0", "2001:db8::1", 80, MATCH_NO },
		{ "10.0.0.0/9", "::ffff:10.127.0.1", 80, MATCH_YES },
		{ "10.0.0.0/9", "::ffff:10.128.0.1", 80, MATCH_NO },
		{ "[2001:db8::]/32", "2001:db8:1::1", 80, MATCH_YES },
		{ "[2001:db8::]/32", "2001:db9:1::1", 80, MATCH_NO },
		{ "[2001:db8::]/33", "2001:db8:8000::1", 80, MATCH_NO },
		{ "[::]/0", "2001:db8::1", 80, MATCH_YES },
		{ "[::]/0", "::ffff:10.0.0.1", 80, MATCH_NO },
		{ "*", "::ffff:10.0.0.1", 80, MATCH_YES },
		{ "*", "2001:db8::1", 80, MATCH_YES },
		{ "*:80", "2001:db8::1", 80, MATCH_YES },
		{ "*:80", "2001:db8::1", 81, MATCH_NO },
		{ "*:80-90", "2001:db8::1", 80, MATCH_YES },
		{ "*:80-90", "2001:db8::1", 90, MATCH_YES },
		{ "*:80-90", "2001:db8::1", 91, MATCH_NO },
		{ "*:80-90", "2001:db8::1", 79, MATCH_NO },
		{ "*:80", "2001:db8::1", 0, MATCH_MAYBE },
		{ "10.0.0.0/8:80", "::ffff:10.0.0.1", 80, MATCH_YES },
		{ "10.0.0.0/8:80", "::ffff:11.0.0.1", 80, MATCH_NO },
		{ "10.0.0.0/8:80", "::ffff:11.0.0.1", 0, MATCH_NO },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct endpoint e = at(rows[i].addr, rows[i].port);

		if (match_peer(rows[i].prefix, &e) != rows[i].match)
			fail_msg("%s against %s:%u", rows[i].prefix,
				 rows[i].addr, rows[i].port);
	}
}

static void a_peer_not_known_yet_is_maybe(void **state)
{
	const struct endpoint unknown = { .known = false };

	(void)state;
	assert_int_equal(match_peer("10.0.0.0/8", NULL), MATCH_MAYBE);
	assert_int_equal(match_peer("10.0.0.0/8", &unknown), MATCH_MAYBE);
	assert_int_equal(match_peer("*:80", NULL), MATCH_MAYBE);
	assert_int_equal(match_peer("*", NULL), MATCH_YES);
}

static void a_wildcard_listener_may_serve_either_family(void **state)
{
	struct endpoint any4 = at("::ffff:0.0.0.0", 80), any6 = at("::", 80);

	(void)state;
	assert_int_equal(match_peer("10.0.0.0/8", &any4), MATCH_MAYBE);
	assert_int_equal(match_peer("10.0.0.0/8", &any6), MATCH_MAYBE);
	assert_int_equal(match_peer("[fd00::]/8", &any6), MATCH_MAYBE);
	assert_int_equal(match_peer("[fd00::]/8", &any4), MATCH_NO);
	assert_int_equal(match_peer("0.0.0.0/0", &any4), MATCH_YES);
	assert_int_equal(match_peer("0.0.0.0/0:81", &any4), MATCH_NO);
}

static void any_of_a_list_will_do(void **state)
{
	struct prefix of[] = { prefix("10.0.0.1"), prefix("10.0.0.2:80") };
	struct endpoint first = at("::ffff:10.0.0.1", 99);
	struct endpoint second = at("::ffff:10.0.0.2", 80);
	struct endpoint other = at("::ffff:10.0.0.2", 81);
	struct rule rule = silent_rule();
	struct match_key m = { .direction = DIRECTION_ACCEPT };

	(void)state;
	rule.local = (struct prefix_list){ 2, of };
	m.local = &first;
	assert_int_equal(rule_match(&rule, &m), MATCH_YES);
	m.local = &second;
	assert_int_equal(rule_match(&rule, &m), MATCH_YES);
	m.local = &other;
	assert_int_equal(rule_match(&rule, &m), MATCH_NO);
}

static void directions(void **state)
{
	static const struct {
		enum direction rule, moment;
		enum match match;
	} rows[] = {
		{ DIRECTION_ANY, DIRECTION_ANY, MATCH_YES },
		{ DIRECTION_ANY, DIRECTION_ACCEPT, MATCH_YES },
		{ DIRECTION_ACCEPT, DIRECTION_ACCEPT, MATCH_YES },
		{ DIRECTION_ACCEPT, DIRECTION_CONNECT, MATCH_NO },
		{ DIRECTION_CONNECT, DIRECTION_ACCEPT, MATCH_NO },
		{ DIRECTION_CONNECT, DIRECTION_ANY, MATCH_MAYBE },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct rule rule = silent_rule();
		const struct match_key m = { rows[i].moment, NULL, NULL };

		rule.direction = rows[i].rule;
		assert_int_equal(rule_match(&rule, &m), rows[i].match);
	}
}

static void first_matching_rule_wins(void **state)
{
	struct prefix ten = prefix("10.0.0.0/8"), one = prefix("10.0.0.1");
	struct endpoint first = at("::ffff:10.0.0.1", 80);
	struct endpoint other = at("::ffff:11.0.0.1", 80);
	struct rule rules[3] = { silent_rule(), silent_rule(), silent_rule() };
	const struct policy policy = { .count = 3, .rule = rules };
	struct match_key m = { DIRECTION_CONNECT, NULL, &first };
	enum match match;

	(void)state;
	rules[0].peer = (struct prefix_list){ 1, &one };
	rules[1].peer = (struct prefix_list){ 1, &ten };
	assert_ptr_equal(policy_next(&policy, 0, &m, &match), &rules[0]);
	assert_int_equal(match, MATCH_YES);
	m.peer = &other;
	assert_ptr_equal(policy_next(&policy, 0, &m, &match), &rules[2]);
	assert_int_equal(match, MATCH_YES);
	m.peer = NULL;
	assert_ptr_equal(policy_next(&policy, 0, &m, &match), &rules[0]);
	assert_int_equal(match, MATCH_MAYBE);
	assert_ptr_equal(policy_next(&policy, 1, &m, &match), &rules[1]);
	assert_int_equal(match, MATCH_MAYBE);
	assert_ptr_equal(policy_next(&policy, 2, &m, &match), &rules[2]);
	assert_int_equal(match, MATCH_YES);
	assert_null(policy_next(&policy, 3, &m, &match));
	assert_int_equal(match, MATCH_NO);
}

static void a_silent_option_means_what_its_section_means(void **state)
{
	struct rule rule = silent_rule();

	(void)state;
	assert_int_equal(rule_value(&rule, USER_TIMEOUT), UNSET);
	assert_int_equal(rule_value(&rule, EOF_SPIN_LIMIT), UNSET);
	rule.value[KEEPALIVE] = 1;
	rule.value[EOF_MEND] = 1;
	assert_int_equal(rule_value(&rule, USER_TIMEOUT), 0);
	assert_int_equal(rule_value(&rule, KEEPALIVE_IDLE), UNSET);
	assert_int_equal(rule_value(&rule, EOF_SPIN_LIMIT), 100);
	assert_int_equal(rule_value(&rule, EOF_ANSWER), ANSWER_EOF);
	rule.value[EOF_SPIN_LIMIT] = 5;
	assert_int_equal(rule_value(&rule, EOF_SPIN_LIMIT), 5);
	assert_false(rule_has(&rule, SUPERSEDE_WHEN));
	rule.value[SUPERSEDE] = 1;
	assert_int_equal(rule_value(&rule, SUPERSEDE_WHEN),
			 SUPERSEDE_SAME_PEER);
	assert_int_equal(rule_value(&rule, SUPERSEDE_AFTER), SECOND);
}

/* What a set section leaves out it leaves alone; 0 is a value there. */
static void a_socket_option_is_set_or_not(void **state)
{
	struct rule rule = silent_rule();

	(void)state;
	rule.value[SET] = 1;
	for (int i = SET + 1; i < RULE_OPTIONS; i++)
		assert_int_equal(rule_value(&rule, (enum rule_option)i), UNSET);
	rule.value[SET_SO_LINGER] = 0;
	assert_int_equal(rule_value(&rule, SET_SO_LINGER), 0);
	rule.value[SET_TCP_CONGESTION] = (intptr_t) "bbr";
	assert_string_equal((const char *)(intptr_t)rule_value(
				    &rule, SET_TCP_CONGESTION),
			    "bbr");
}

static void off_is_off(void **state)
{
	struct rule rule = silent_rule();

	(void)state;
	assert_false(rule_has(&rule, EPHEMERAL_PORT));
	rule.value[EPHEMERAL_PORT] = NO;
	assert_false(rule_has(&rule, EPHEMERAL_PORT));
	rule.value[EPHEMERAL_PORT] = YES;
	assert_true(rule_has(&rule, EPHEMERAL_PORT));
	rule.value[IDLE] = 1;
	rule.value[IDLE_TIMEOUT] = 0;
	assert_false(rule_has(&rule, IDLE_TIMEOUT));
	assert_false(rule_has(&rule, IDLE_ESCALATE));
	rule.value[SUPERSEDE] = 1;
	assert_true(rule_has(&rule, SUPERSEDE_WHEN));
	rule.value[SUPERSEDE_WHEN] = SUPERSEDE_OFF;
	assert_false(rule_has(&rule, SUPERSEDE_WHEN));
	assert_false(rule_has(&rule, OVERRIDE));
	rule.value[OVERRIDE] = NO;
	assert_false(rule_has(&rule, OVERRIDE));
	assert_true(rule.value[SELF_CONNECT] == UNSET &&
		    UNSET != SELF_CONNECT_REFUSE);
}

static void socket_addresses(void **state)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons(80),
				  .sin_addr.s_addr = htonl(0x0a000001) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
				    .sin6_port = htons(81),
				    .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct endpoint e = endpoint_of(&in, sizeof(in));

	(void)state;
	assert_true(e.known && endpoint_is_v4(&e));
	assert_int_equal(e.port, 80);
	assert_int_equal(e.addr[15], 1);
	e = endpoint_of(&in6, sizeof(in6));
	assert_true(e.known && !endpoint_is_v4(&e));
	assert_int_equal(e.port, 81);
	assert_true(endpoint_of(&in6, 24).known);
	for (socklen_t len = 0; len < 24; len++)
		assert_false(endpoint_of(&in6, len).known);
	for (socklen_t len = 0; len < sizeof(in); len++)
		assert_false(endpoint_of(&in, len).known);
	in.sin_family = AF_UNIX;
	assert_false(endpoint_of(&in, sizeof(in)).known);
}

static void a_rule_without_mends_leaves_alone(void **state)
{
	struct rule rules[2] = { silent_rule(), silent_rule() };
	struct policy policy = { .count = 0, .rule = rules };
	struct prefix anybody = { .any = true };

	(void)state;
	assert_true(policy_leaves_alone(&policy));
	policy.count = 2;
	assert_true(policy_leaves_alone(&policy));
	rules[1].value[KEEPALIVE] = 1;
	assert_true(policy_leaves_alone(&policy));
	rules[0].direction = DIRECTION_ACCEPT;
	assert_false(policy_leaves_alone(&policy));
	rules[0].direction = DIRECTION_ANY;
	rules[0].peer = (struct prefix_list){ 1, &anybody };
	assert_false(policy_leaves_alone(&policy));
	rules[0].peer.count = 0;
	rules[0].value[REUSE_ADDRESS] = 1;
	assert_false(policy_leaves_alone(&policy));
}

static void a_rule_in_mode_off_has_no_mend(void **state)
{
	const struct program program = { "p", "p", "p" };
	struct rule rules[2] = { silent_rule(), silent_rule() };
	struct policy policy = { .count = 2, .rule = rules };

	(void)state;
	rules[0].value[RULE_MODE] = MODE_OFF;
	rules[0].value[KEEPALIVE] = 1;
	rules[1].value[KEEPALIVE] = 1;
	policy_keep_for(&policy, &program);
	assert_int_equal(policy.count, 2);
	assert_false(rule_has(&rules[0], KEEPALIVE));
	assert_true(rule_has(&rules[1], KEEPALIVE));
	assert_true(policy_leaves_alone(&policy));
	rules[0].value[RULE_MODE] = MODE_OBSERVE;
	assert_true(policy_leaves_alone(&policy));
	rules[0].value[KEEPALIVE] = 1;
	assert_false(policy_leaves_alone(&policy));
}

static void the_more_careful_mode_holds(void **state)
{
	static const enum mode modes[] = { MODE_MEND, MODE_OBSERVE, MODE_OFF };

	(void)state;
	for (size_t i = 0; i < ROWS(modes); i++) {
		const struct policy policy = { .mode = modes[i] };
		struct rule rule = silent_rule();

		assert_int_equal(rule_mode(&policy, &rule), modes[i]);
		for (size_t k = 0; k < ROWS(modes); k++) {
			rule.value[RULE_MODE] = modes[k];
			assert_int_equal(rule_mode(&policy, &rule),
					 modes[i > k ? i : k]);
		}
	}
}

static void wildcards(void **state)
{
	struct endpoint e = at("::", 0);

	(void)state;
	assert_true(endpoint_is_wildcard(&e));
	e = at("::ffff:0.0.0.0", 0);
	assert_true(endpoint_is_wildcard(&e));
	e = at("::1", 0);
	assert_false(endpoint_is_wildcard(&e));
	e = at("::ffff:127.0.0.1", 0);
	assert_false(endpoint_is_wildcard(&e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(globs),
		cmocka_unit_test(a_glob_is_not_slow),
		cmocka_unit_test(programs),
		cmocka_unit_test(peers),
		cmocka_unit_test(a_peer_not_known_yet_is_maybe),
		cmocka_unit_test(a_wildcard_listener_may_serve_either_family),
		cmocka_unit_test(any_of_a_list_will_do),
		cmocka_unit_test(directions),
		cmocka_unit_test(first_matching_rule_wins),
		cmocka_unit_test(a_silent_option_means_what_its_section_means),
		cmocka_unit_test(a_socket_option_is_set_or_not),
		cmocka_unit_test(off_is_off),
		cmocka_unit_test(socket_addresses),
		cmocka_unit_test(a_rule_without_mends_leaves_alone),
		cmocka_unit_test(a_rule_in_mode_off_has_no_mend),
		cmocka_unit_test(the_more_careful_mode_holds),
		cmocka_unit_test(wildcards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
