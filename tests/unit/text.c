/* SPDX-License-Identifier: MIT
 * Short texts without stdio: full buffers, numbers, durations, addresses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "core/policy.h"
#include "core/strbuf.h"

static char buffer[128];

static struct strbuf fresh(void)
{
	memset(buffer, '#', sizeof(buffer));
	return strbuf_over(buffer, sizeof(buffer));
}

static void a_new_text_is_empty(void **state)
{
	(void)state;
	fresh();
	assert_string_equal(buffer, "");
}

static void pieces_are_joined(void **state)
{
	struct strbuf t = fresh();

	(void)state;
	strbuf_add(&t, "fd ");
	strbuf_add_number(&t, 7);
	strbuf_add_char(&t, ':');
	strbuf_add_bytes(&t, " idle-ended", 5);
	assert_string_equal(buffer, "fd 7: idle");
}

static void a_full_text_takes_no_more(void **state)
{
	char small[6];
	struct strbuf t = strbuf_over(small, sizeof(small));

	(void)state;
	strbuf_add(&t, "1234567");
	strbuf_add_char(&t, '8');
	strbuf_add_number(&t, 9);
	assert_string_equal(small, "12345");
}

static void a_text_of_one_byte_is_empty(void **state)
{
	char one = '#';
	struct strbuf t = strbuf_over(&one, 1);

	(void)state;
	strbuf_add(&t, "x");
	strbuf_add_char(&t, 'x');
	strbuf_add_number(&t, -1);
	assert_int_equal(one, '\0');
}

static void it_stays_inside_its_buffer(void **state)
{
	char room[12];
	struct strbuf t = strbuf_over(room + 1, 10);

	(void)state;
	memset(room, '#', sizeof(room));
	t = strbuf_over(room + 1, 10);
	for (int i = 0; i < 9; i++)
		strbuf_add(&t, "abc");
	assert_int_equal(room[0], '#');
	assert_int_equal(room[11], '#');
	assert_int_equal(room[10], '\0');
}

static void numbers(void **state)
{
	static const struct {
		int64_t number;
		const char *text;
	} rows[] = {
		{ 0, "0" },
		{ 7, "7" },
		{ -1, "-1" },
		{ 1234567890123, "1234567890123" },
		{ INT64_MAX, "9223372036854775807" },
		{ INT64_MIN, "-9223372036854775808" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct strbuf t = fresh();

		strbuf_add_number(&t, rows[i].number);
		assert_string_equal(buffer, rows[i].text);
	}
}

static void hexadecimal_is_eight_digits(void **state)
{
	struct strbuf t = fresh();

	(void)state;
	strbuf_add_hex32(&t, 0x5d1c63a9);
	strbuf_add_hex32(&t, 0);
	strbuf_add_hex32(&t, 0xffffffff);
	assert_string_equal(buffer, "5d1c63a900000000ffffffff");
}

static void durations_take_their_shortest_exact_form(void **state)
{
	static const struct {
		int64_t milliseconds;
		const char *text;
	} rows[] = {
		{ 0, "0s" },
		{ 1, "1ms" },	       { 500, "500ms" },
		{ 1000, "1s" },	       { 1500, "1500ms" },
		{ 2000, "2s" },	       { 60000, "1m" },
		{ 90000, "90s" },      { 3600000, "1h" },
		{ 7200000, "2h" },     { 5400000, "90m" },
		{ 3601000, "3601s" },  { 32767000, "32767s" },
		{ 86400001, "86400001ms" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct strbuf t = fresh();

		strbuf_add_duration(&t, rows[i].milliseconds);
		assert_string_equal(buffer, rows[i].text);
	}
}

/* RFC 5952 section 4, and our own: mapped addresses as IPv4. */
static void addresses(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "::", "::" },
		{ "::1", "::1" },
		{ "2001:db8::1", "2001:db8::1" },
		{ "2001:0db8::0001", "2001:db8::1" },
		{ "2001:db8:0:0:0:0:2:1", "2001:db8::2:1" },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
		{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
		{ "fe80::", "fe80::" },
		{ "2001:DB8::ABCD", "2001:db8::abcd" },
		{ "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" },
		{ "0:2:3:4:5:6:7:0", "0:2:3:4:5:6:7:0" },
		{ "::ffff:10.0.0.1", "10.0.0.1" },
		{ "::ffff:0.0.0.0", "0.0.0.0" },
		{ "::ffff:255.255.255.255", "255.255.255.255" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct strbuf t = fresh();
		uint8_t addr[16];

		assert_int_equal(inet_pton(AF_INET6, rows[i].in, addr), 1);
		strbuf_add_addr(&t, addr);
		assert_string_equal(buffer, rows[i].out);
	}
}

static void endpoints(void **state)
{
	struct endpoint e = { .known = true, .port = 80 };
	struct strbuf t = fresh();

	(void)state;
	inet_pton(AF_INET6, "::ffff:10.0.0.1", e.addr);
	strbuf_add_endpoint(&t, &e);
	strbuf_add_char(&t, ' ');
	inet_pton(AF_INET6, "::1", e.addr);
	strbuf_add_endpoint(&t, &e);
	strbuf_add_char(&t, ' ');
	e.known = false;
	strbuf_add_endpoint(&t, &e);
	assert_string_equal(buffer, "10.0.0.1:80 [::1]:80 ?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_text_is_empty),
		cmocka_unit_test(pieces_are_joined),
		cmocka_unit_test(a_full_text_takes_no_more),
		cmocka_unit_test(a_text_of_one_byte_is_empty),
		cmocka_unit_test(it_stays_inside_its_buffer),
		cmocka_unit_test(numbers),
		cmocka_unit_test(hexadecimal_is_eight_digits),
		cmocka_unit_test(durations_take_their_shortest_exact_form),
		cmocka_unit_test(addresses),
		cmocka_unit_test(endpoints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
