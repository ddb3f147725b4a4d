/* SPDX-License-Identifier: MIT
 * The policy text: what sockmendctl compiles and the library reads.
 *
 *   sockmend-policy 2 mend none
 *   rule name=cameras program=camsrv direction=accept idle=on idle.timeout=2000
 *   end 1 5d1c63a9
 *
 * One rule a line, words separated by one space, lists by commas. Bytes that
 * would be ambiguous are written %XX. The last line counts the rules and
 * carries the FNV-1a hash of every byte before it, so that a truncated or
 * damaged text is known for what it is; its own newline may be missing, for a
 * shell's $( ) takes it away. Durations are milliseconds. At most
 * POLICY_TEXT_MAX bytes; the same for every word size.
 *
 * Version 1 is read too: it lacked some options, and a keepalive section that
 * says nothing of the user timeout meant `auto`. Here it means off, as now.
 */
#ifndef SOCKMEND_POLICY_TEXT_H
#define SOCKMEND_POLICY_TEXT_H

#include <stddef.h>

#include "core/policy.h"

#define POLICY_BANNER "sockmend-policy "
#define POLICY_VERSION 2

/* Memory for one policy, zero at first, handed out front to back, never
 * returned. */
struct arena {
	char *base;
	size_t used, size;
};

/* Enough for any policy text of at most `text_len` bytes. */
size_t policy_arena_size(size_t text_len);

/* Read `len` bytes of policy text. With `program`, rules that do not mean it
 * are left out. NULL: nothing is wrong; else what is wrong ("truncated"),
 * and then *policy is not to be used. Pure but for the arena. */
const char *policy_read(const char *text, size_t len,
			const struct program *program, struct arena *arena,
			struct policy *policy);

/* Write `policy` as text into `out`, with a terminating NUL. Gives its length
 * without the NUL, or 0 when it would be longer than POLICY_TEXT_MAX. */
size_t policy_write(const struct policy *policy, char out[POLICY_TEXT_MAX + 1]);

/* "10.0.0.0/8:80-90", "[2001:db8::]/32", "*:6379" into *prefix; NULL when
 * nothing is wrong, else what is wrong with it. `len` bytes of text. */
const char *prefix_read(const char *text, size_t len, struct prefix *prefix);

/* The canonical text of a prefix (at most 63 bytes and a NUL). */
void prefix_write(const struct prefix *prefix, char out[64]);

#endif
