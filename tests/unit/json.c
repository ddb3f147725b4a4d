/* SPDX-License-Identifier: MIT
 * JSON strings: escaped, and valid UTF-8 whatever bytes went in.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "json.h"

static void strings_are_what_a_parser_takes(void **state)
{
	static const struct {
		const char *text, *json;
	} rows[] = {
		{"", "\"\""},
		{"plain", "\"plain\""},
		{"a\"b\\c", "\"a\\\"b\\\\c\""},
		{"tab\tline\nbell\a\177", "\"tab\\u0009line\\u000abell\\u0007"
					  "\\u007f\""},
		{"h\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x9f",
		 "\"h\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x9f\""},
		/* A C1 control, and marks that turn the text around. */
		{"a\xc2\x9b" "2J", "\"a\\u009b2J\""},
		{"a\xe2\x80\xae" "b\xe2\x81\xa6", "\"a\\u202eb\\u2066\""},
		{"\xd8\x9c\xc2\xa0", "\"\\u061c\xc2\xa0\""},
		{"cut \xe2\x82", "\"cut \\ufffd\\ufffd\""},
		{"\xff", "\"\\ufffd\""},
		{"\xc0\xaf", "\"\\ufffd\\ufffd\""}, /* overlong */
		{"\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\""}, /* surrogate */
		{"\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *written;
		size_t size;
		FILE *out = open_memstream(&written, &size);

		json_string(out, rows[i].text);
		fclose(out);
		assert_string_equal(written, rows[i].json);
		free(written);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_are_what_a_parser_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
