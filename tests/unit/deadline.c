/* SPDX-License-Identifier: MIT
 * What attach reckons is due, from the rule and the kernel's clocks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "deadline.h"

#define TICK 4
#define NOW 100000
#define NEVER INT64_MAX

static struct rule rule;

static struct rule *rule_of(enum rule_option id, int64_t value)
{
	for (unsigned i = 0; i < RULE_OPTIONS; i++)
		rule.value[i] = UNSET;
	rule.value[IDLE] = rule.value[CLOSE_WAIT] = rule.value[SUPERSEDE] = 1;
	rule.value[id] = value;
	return &rule;
}

/* Silent for 1 s (received), 2 s (sent), 3 s (ACK). */
static struct tracked_socket connection(unsigned state)
{
	struct tracked_socket t = {.rule = &rule};

	t.socket = (struct tcp_socket){.state = (uint8_t)state,
				       .has_info = true,
				       .silent_received = 1000,
				       .silent_sent = 2000,
				       .silent_ack = 3000};
	t.socket.peer.port = 1025;
	return t;
}

static void expect(const struct tracked_socket *t, enum attach_action action, int64_t in)
{
	const struct deadline d = deadline_of(t, NOW, TICK);

	assert_int_equal(d.action, action);
	assert_int_equal(d.in, in);
}

static void idle_counts_what_the_rule_counts(void **state)
{
	static const int64_t left[] = {[COUNT_RECEIVED] = 9004,
				       [COUNT_SENT] = 8004,
				       [COUNT_BOTH] = 9004};
	struct tracked_socket t;

	(void)state;
	for (int count = COUNT_RECEIVED; count <= COUNT_BOTH; count++) {
		rule_of(IDLE_TIMEOUT, 10000)->value[IDLE_COUNT] = count;
		t = connection(STATE_ESTABLISHED);
		expect(&t, END_IDLE, left[count]);
	}
}

static void nothing_is_due_where_clocks_mean_nothing(void **state)
{
	static const unsigned states[] = {STATE_SYN_SENT, STATE_SYN_RECV,
					  STATE_CLOSE, STATE_LISTEN};
	struct tracked_socket t;

	(void)state;
	rule_of(IDLE_TIMEOUT, 10);
	for (unsigned i = 0; i < sizeof states / sizeof *states; i++) {
		t = connection(states[i]);
		expect(&t, NOTHING, NEVER);
	}
	t = connection(STATE_ESTABLISHED);
	t.rule = NULL;
	expect(&t, NOTHING, NEVER);
}

static void one_socket_has_one_end(void **state)
{
	struct tracked_socket t;

	(void)state;
	rule_of(IDLE_TIMEOUT, 10);
	t = connection(STATE_ESTABLISHED);
	t.socket.receiving_shut = true;
	expect(&t, NOTHING, NEVER);
	t = connection(STATE_ESTABLISHED);
	t.ended = NOW - 500;
	expect(&t, NOTHING, NEVER);
	rule.value[IDLE_ESCALATE] = 2000;
	expect(&t, ESCALATE, 1500);
	t.over = true;
	expect(&t, NOTHING, NEVER);
}

static void close_wait_counts_what_we_send(void **state)
{
	struct tracked_socket t;

	(void)state;
	rule_of(CLOSE_WAIT_AFTER, 10000);
	t = connection(STATE_ESTABLISHED);
	expect(&t, NOTHING, NEVER);
	t = connection(STATE_CLOSE_WAIT);
	expect(&t, END_CLOSE_WAIT, 8000);
	t.probed = true;
	expect(&t, NOTHING, NEVER);
}

static void an_outdated_one_is_ended_once_it_is_silent(void **state)
{
	struct tracked_socket t;

	(void)state;
	rule_of(SUPERSEDE_AFTER, 500);
	t = connection(STATE_ESTABLISHED);
	expect(&t, NOTHING, NEVER);
	t.outdated = true;
	expect(&t, SUPERSEDE_OLDER, 500 + TICK - 1000);
}

static void a_connection_to_itself_counts_from_its_last_ack(void **state)
{
	struct tracked_socket t;

	(void)state;
	rule_of(IDLE_TIMEOUT, 10000);
	t = connection(STATE_ESTABLISHED);
	t.socket.local = t.socket.peer;
	expect(&t, END_IDLE, 7004);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(idle_counts_what_the_rule_counts),
		cmocka_unit_test(nothing_is_due_where_clocks_mean_nothing),
		cmocka_unit_test(one_socket_has_one_end),
		cmocka_unit_test(close_wait_counts_what_we_send),
		cmocka_unit_test(an_outdated_one_is_ended_once_it_is_silent),
		cmocka_unit_test(
			a_connection_to_itself_counts_from_its_last_ack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
