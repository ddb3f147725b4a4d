/* SPDX-License-Identifier: MIT
 * The ledger comes back from its file as it went in; of a file that is not
 * whole, or says what cannot be, nothing is taken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "array_grow.h"
#include "state_file.h"

static uid_t owner;
static char path[] = "/tmp/sockmend-ledger.XXXXXX";

static void put_total(struct collect_state *l, const char *rule, const char *program,
		      uint64_t count)
{
	struct total t = {.kind = EVENT_EOF_SPIN, .mode = TOTAL_MENDED,
			  .uid = owner, .count = count};

	snprintf(t.rule, sizeof t.rule, "%s", rule);
	snprintf(t.program, sizeof t.program, "%s", program);
	totals_add(&l->totals, &t);
}

static void put_journal(struct collect_state *l, const char *name, uint64_t next)
{
	struct state_directory *shelf = state_dir(l, "/run/a place %41");
	struct progress p = {.next = next, .missed = 3, .placed = {[2] = 5}};

	assert_true(journal_name_read(name, &p.name));
	shelf->of = grow(shelf->of, shelf->count, sizeof p);
	shelf->of[shelf->count++] = p;
}

static void make_ledger(struct collect_state *l)
{
	*l = (struct collect_state){0};
	put_total(l, "cameras", "camsrv", UINT64_MAX);
	put_total(l, "", "gr\xc3\xb6\xc3\x9f" "e =%\\", 1);
	put_total(l, "=", "%41", 2);
	put_journal(l, "12-34.journal", UINT64_C(1) << 47);
	put_journal(l, "11-35.journal", 0);
}

static void comes_back(void **state)
{
	struct collect_state in, out = {0};
	struct progress *p;

	(void)state;
	make_ledger(&in);
	assert_null(state_save(&in, path));
	assert_null(state_load(&out, path));
	assert_int_equal(out.totals.count, in.totals.count);
	for (unsigned i = 0; i < in.totals.count; i++)
		assert_memory_equal(&out.totals.of[i], &in.totals.of[i],
				    sizeof *in.totals.of);
	assert_int_equal(out.shelves, 1);
	assert_string_equal(out.shelf->path, "/run/a place %41");
	assert_int_equal(out.shelf->count, 2);
	p = out.shelf->of;
	assert_string_equal(p->name.text, "12-34.journal");
	assert_true(p->next == UINT64_C(1) << 47);
	assert_int_equal(p->missed, 3);
	assert_int_equal(p->placed[2], 5);
	assert_int_equal(out.heard_until, 0);
	state_free(&in);
	state_free(&out);
}

static char text[65536];
static size_t length;

static void slurp(void)
{
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	length = fread(text, 1, sizeof text, file);
	fclose(file);
}

static void write_text(const char *bytes, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void is_refused(void)
{
	struct collect_state l = {0};

	assert_non_null(state_load(&l, path));
	assert_int_equal(l.totals.count + l.shelves, 0);
	assert_true(l.heard_until > 0);
}

static void damage_is_seen(void **state)
{
	struct collect_state l;

	(void)state;
	make_ledger(&l);
	assert_null(state_save(&l, path));
	state_free(&l);
	slurp();
	for (size_t at = 0; at < length; at++) {
		text[at] ^= 1;
		write_text(text, length);
		is_refused();
		text[at] ^= 1;
		write_text(text, at);
		is_refused();
	}
}

static uint32_t hash(const char *bytes, size_t len)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)bytes[i]) * 16777619u;
	return h;
}

/* With the right hash, so that its reader has to look at it. */
static void what_cannot_be_is_refused(void **state)
{
	static const char *const bodies[] = {
		"total 99 1 1 = =x\n",	     "total 1 9 1 = =x\n",
		"total 1 1 -1 = =x\n",	     "total 1 1 1 x =x\n",
		"total 1 1 1 =%4 =x\n",	     "total 1 1 1 =\n",
		"total 1 1 99999999999999999999 = =x\n",
		"total 1 1 1 =01234567890123456789012345678901 =x\n",
		"journal 1-2.journal 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
		"dir =/x\njournal ../x 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
		"dir =/x\njournal 1-2.journal 0\n",
		"dir =/x\n"
		"journal 1-2.journal 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
		"journal 1-2.journal 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
		"nonsense\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		int len = snprintf(text, sizeof text, "sockmend-ledger 1\n%s",
				   bodies[i]);

		len += snprintf(text + len, sizeof text - (size_t)len,
				"end %08x\n", hash(text, (size_t)len));
		write_text(text, (size_t)len);
		is_refused();
	}
}

/* A ledger of version 1: 13 events, and the two kinds of total behind them. */
static void a_ledger_of_an_older_version_is_read(void **state)
{
	struct collect_state l = {0};
	int len = snprintf(text, sizeof text,
			   "sockmend-ledger 1\n"
			   "total 12 1 5 = =p\ntotal 13 1 6 = =q\n"
			   "total 14 0 7 = =r\ndir =/x\n"
			   "journal 1-2.journal 9 0 0 0 0 0 0 0 0 0 0 0 0 0 "
			   "4\n");

	(void)state;
	len += snprintf(text + len, sizeof text - (size_t)len, "end %08x\n",
			hash(text, (size_t)len));
	write_text(text, (size_t)len);
	assert_null(state_load(&l, path));
	assert_int_equal(l.totals.count, 3);
	assert_int_equal(l.totals.of[0].kind, EVENT_MEND_FAILED);
	assert_int_equal(l.totals.of[1].kind, TOTAL_UNKNOWN);
	assert_int_equal(l.totals.of[2].kind, TOTAL_LOST);
	assert_int_equal(l.shelf[0].of[0].placed[EVENT_MEND_FAILED], 4);
	assert_int_equal(l.shelf[0].of[0].placed[EVENT_TERMINATED], 0);
	state_free(&l);
}

/* Names that anybody may choose cannot fill the memory. */
static void names_are_bounded(void **state)
{
	struct collect_state l = {0};
	char program[32];

	(void)state;
	owner = geteuid();
	for (unsigned i = 0; i < 3 * TOTALS_MAX; i++) {
		snprintf(program, sizeof program, "program%u", i);
		put_total(&l, "rule", program, 1);
	}
	assert_int_equal(l.totals.count, TOTALS_MAX + 1);
	assert_string_equal(l.totals.of[TOTALS_MAX].program, TOTALS_OTHER);
	assert_int_equal(l.totals.of[TOTALS_MAX].count, 2 * TOTALS_MAX);
	state_free(&l);
}

static const struct total *last(const struct collect_state *l)
{
	return &l->totals.of[l->totals.count - 1];
}

/* Other users have a quota each, and one together; this user's stays free. */
static void each_user_has_a_quota(void **state)
{
	const uid_t own = geteuid();
	const unsigned users = 2 * TOTALS_OF_OTHERS / TOTALS_OF_USER;
	struct collect_state l = {0};
	char rule[32];

	(void)state;
	for (owner = own + 1; owner <= own + users; owner++)
		for (unsigned i = 0; i < TOTALS_OF_USER + 9; i++) {
			snprintf(rule, sizeof rule, "rule%u", i);
			put_total(&l, rule, "nginx", 1);
		}
	assert_in_range(l.totals.count, TOTALS_OF_OTHERS, TOTALS_OF_OTHERS + 9);
	assert_int_equal(last(&l)->uid, TOTALS_ANY_UID);
	assert_string_equal(last(&l)->program, TOTALS_OTHER);
	owner = own;
	put_total(&l, "cameras", "camsrv", 1);
	assert_int_equal(last(&l)->uid, own);
	assert_string_equal(last(&l)->rule, "cameras");
	state_free(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back),
		cmocka_unit_test(damage_is_seen),
		cmocka_unit_test(what_cannot_be_is_refused),
		cmocka_unit_test(a_ledger_of_an_older_version_is_read),
		cmocka_unit_test(names_are_bounded),
		cmocka_unit_test(each_user_has_a_quota),
	};
	const int fd = mkstemp(path);
	int failed;

	if (fd < 0)
		return 1;
	close(fd);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
