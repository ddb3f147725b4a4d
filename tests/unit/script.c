/* SPDX-License-Identifier: MIT
 * The first line of a script: who runs it, as the kernel and env(1) say.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "shebang.h"

static void the_interpreter_is_the_first_word(void **state)
{
	static const struct {
		const char *text, *interpreter, *env_target;
	} rows[] = {
		{"#!/bin/sh\necho\n", "/bin/sh", ""},
		{"#! /bin/sh -e\n", "/bin/sh", ""},
		{"#!\t/bin/sh\t-e", "/bin/sh", ""},
		{"#!/usr/bin/env python3\n", "/usr/bin/env", "python3"},
		{"#!/usr/bin/env -S python3 -u\n", "/usr/bin/env", "python3"},
		{"#!/usr/bin/env -Spython3 -u\n", "/usr/bin/env", "python3"},
		{"#!/bin/env -S -u HOME A=b perl\n", "/bin/env", "perl"},
		{"#!/usr/bin/env\n", "/usr/bin/env", ""},
		{"#!/usr/bin/env -S\n", "/usr/bin/env", ""},
		{"#!/opt/environ x\n", "/opt/environ", ""},
		{"#!sh\n", "sh", ""},
		{"echo no first line\n", "/bin/sh", ""},
		{"", "/bin/sh", ""},
	};
	struct script s;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(
			script_read(rows[i].text, strlen(rows[i].text), &s));
		assert_string_equal(s.interpreter, rows[i].interpreter);
		assert_string_equal(s.env_target, rows[i].env_target);
	}
}

static void bytes_that_are_no_text_are_no_script(void **state)
{
	struct script s;

	(void)state;
	assert_false(script_read("MZ\0\1\n", 5, &s));
	assert_false(script_read("\0", 1, &s));
	assert_false(script_read("#!\n", 3, &s));
	assert_false(script_read("#! \t \n/bin/sh", 13, &s));
	/* Code behind the first line is the script's own business. */
	assert_true(script_read("#!/bin/sh\n\0\1\2", 13, &s));
}

static void a_long_line_is_cut_where_the_kernel_cuts_it(void **state)
{
	char line[2 * SCRIPT_LINE_MAX];
	struct script s;

	(void)state;
	memset(line, 'x', sizeof line);
	memcpy(line, "#!/", 3);
	assert_true(script_read(line, sizeof line, &s));
	assert_int_equal(strlen(s.interpreter), SCRIPT_LINE_MAX - 1 - 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_interpreter_is_the_first_word),
		cmocka_unit_test(bytes_that_are_no_text_are_no_script),
		cmocka_unit_test(a_long_line_is_cut_where_the_kernel_cuts_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
