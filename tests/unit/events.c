/* SPDX-License-Identifier: MIT
 * The words of the journal and the line an event makes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "core/events.h"
#include "core/journal.h"

static char line[512];

static const char *line_of(const struct event *e, const char *program)
{
	struct strbuf t = strbuf_over(line, sizeof(line));

	event_line(e, program, &t);
	return line;
}

static struct endpoint at(const char *addr, uint16_t port)
{
	struct endpoint e = { .known = true, .port = port };

	inet_pton(AF_INET6, addr, e.addr);
	return e;
}

static struct event an_event(void)
{
	return (struct event){
		.pid = 812,
		.fd = 7,
		.id = EVENT_IDLE_ENDED,
		.flags = EVENT_ACCEPT,
		.local = at("::ffff:10.0.0.1", 5000),
		.peer = at("::ffff:10.0.0.2", 1025),
		.rule = "cameras",
		.detail = "received nothing for 2s; given end of file",
	};
}

static void words_are_the_contract(void **state)
{
	static const char *const words[] = {
		"port-freed",	     "options-set",	 "eof",
		"eof-spin",	     "idle-ended",	 "idle-escalated",
		"close-wait-probed", "close-wait-ended", "fd-reclaimed",
		"superseded",	     "self-connect-refused",
		"override-kept",     "mend-failed",	 "peer-dead",
		"connect-timed-out", "dead-held",	 "terminated",
	};

	(void)state;
	assert_int_equal(EVENT_COUNT_OF, sizeof(words) / sizeof(*words));
	for (size_t i = 0; i < EVENT_COUNT_OF; i++)
		assert_string_equal(event_words[i], words[i]);
}

static void an_accepted_connection(void **state)
{
	struct event e = an_event();

	(void)state;
	assert_string_equal(
		line_of(&e, "camsrv"),
		"camsrv[812] fd 7 idle-ended rule cameras 10.0.0.1:5000 <- "
		"10.0.0.2:1025: received nothing for 2s; given end of file");
}

static void a_connection_made_points_the_other_way(void **state)
{
	struct event e = an_event();

	(void)state;
	e.flags = 0;
	e.id = EVENT_PORT_FREED;
	*e.detail = '\0';
	assert_string_equal(line_of(&e, "cam"),
			    "cam[812] fd 7 port-freed rule cameras "
			    "10.0.0.1:5000 -> 10.0.0.2:1025");
}

static void observing_says_would(void **state)
{
	struct event e = an_event();

	(void)state;
	e.flags |= EVENT_WOULD;
	assert_non_null(strstr(line_of(&e, "cam"),
			       "cam[812] fd 7 would idle-ended rule cameras"));
}

static void what_is_not_known_is_left_out(void **state)
{
	struct event e = { .pid = 1, .fd = -1, .id = EVENT_MEND_FAILED };

	(void)state;
	assert_string_equal(line_of(&e, "init"), "init[1] mend-failed");
	e.fd = 0;
	e.local = at("::1", 80);
	assert_string_equal(line_of(&e, "init"),
			    "init[1] fd 0 mend-failed [::1]:80");
}

static void control_bytes_never_get_through(void **state)
{
	struct event e = an_event();

	(void)state;
	strcpy(e.rule, "a\nb\x1b[2J");
	strcpy(e.detail, "c\rd\x7f");
	line_of(&e, "p\tq\x01");
	for (const char *c = line; *c; c++)
		assert_true(*c >= ' ' && *c != 127);
}

static void fields_without_an_end_stay_inside(void **state)
{
	struct event e = an_event();

	(void)state;
	memset(e.rule, 'r', sizeof(e.rule));
	memset(e.detail, 'd', sizeof(e.detail));
	memset(e.spare, 's', sizeof(e.spare));
	assert_null(strchr(line_of(&e, "cam"), 's'));
}

static void an_id_of_another_version_is_not_followed(void **state)
{
	struct event e = an_event();

	(void)state;
	e.id = 60000;
	assert_non_null(strstr(line_of(&e, "cam"), "unknown"));
}

static void a_short_buffer_cuts_the_line(void **state)
{
	struct event e = an_event();
	char room[20];
	struct strbuf t = strbuf_over(room, sizeof(room));

	(void)state;
	event_line(&e, "camsrv", &t);
	assert_string_equal(room, "camsrv[812] fd 7 id");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_the_contract),
		cmocka_unit_test(an_accepted_connection),
		cmocka_unit_test(a_connection_made_points_the_other_way),
		cmocka_unit_test(observing_says_would),
		cmocka_unit_test(what_is_not_known_is_left_out),
		cmocka_unit_test(control_bytes_never_get_through),
		cmocka_unit_test(fields_without_an_end_stay_inside),
		cmocka_unit_test(an_id_of_another_version_is_not_followed),
		cmocka_unit_test(a_short_buffer_cuts_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
