/* SPDX-License-Identifier: MIT
 * This process: who it is to the rules, and what they say.
 *
 * There is no constructor: other libraries' constructors may call us before
 * ours would run, and a program without sockets should pay for nothing.
 * The first thread builds a struct context and publishes it; a thread that
 * did the same at the same time throws its own away. So no thread ever waits,
 * and a signal handler can come first too.
 */
#include "state/context.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "sys/raw_syscall.h"
#include "state/journal_write.h"
#include "sys/kernel.h"
#include "state/policy_source.h"
#include "core/policy_text.h"
#include "state/process.h"
#include "core/strbuf.h"
#include "state/environment.h"

static const struct context untouched = {.name = ""};

static _Atomic(const struct context *) in_force;

/* Everything a struct context needs, in one mapping. */
struct home {
	struct context self;
	size_t size;
	struct arena arena;
};

static const char unmended[] = "the program runs unmended";

static void complain(const char *what, const char *value, const char *wrong,
		     const char *so)
{
	char line[256];
	struct strbuf t = strbuf_over(line, sizeof line);

	strbuf_add(&t, "sockmend: ");
	strbuf_add(&t, what);
	if (*value) {
		strbuf_add(&t, " = ");
		strbuf_add_printable(&t, value, 80);
	}
	strbuf_add(&t, ": ");
	strbuf_add(&t, wrong);
	strbuf_add(&t, "; ");
	strbuf_add(&t, so);
	strbuf_add_char(&t, '\n');
	if (process_stderr_usable())
		sys3(SYS_write, 2, line, t.at - line);
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Which file is executed costs a question, and matters to paths alone. */
static struct program who(char exe[256], bool paths)
{
	const char *app = environment_get("SOCKMEND_APP");
	const char *invoked = (const char *)getauxval(AT_EXECFN);
	struct program p = {app, invoked ? invoked : "", exe};

	/* fexecve(3) names a descriptor: then the file says who we are. */
	if (strnlen(p.invoked, 8) == 8 && !memcmp(p.invoked, "/dev/fd/", 8))
		p.invoked = "";
	if (!*p.name)
		p.name = last_part(p.invoked);
	*exe = '\0';
	if (paths || !*p.name)
		kernel_read_link("/proc/self/exe", exe, 256);
	if (!*p.name)
		p.name = last_part(p.exe);
	return p;
}

/* The words of an environment variable; -1 unset or empty, -2 not one. */
static int choice(const char *name, const char *words)
{
	const char *value = environment_get(name);
	int index;

	if (!*value)
		return -1;
	index = word_index(words, value, (unsigned)strnlen(value, 64));
	if (index >= 0)
		return index;
	complain(name, value, words, unmended);
	return -2;
}

/* An absolute path from the environment; false: set, but not one we can use. */
static bool keep_path(char *to, size_t room, const char *name)
{
	const char *path = environment_get(name);
	const size_t len = strnlen(path, room);

	if (len == room || (len && *path != '/'))
		return false;
	memcpy(to, path, len + 1);
	return true;
}

/* Not said of the system's file: the user did not ask for it. */
static void complain_of_policy(const char *wrong)
{
	const char *named = environment_get("SOCKMEND_POLICY");

	if (*named)
		complain("SOCKMEND_POLICY", *named == '/' ? named : "", wrong,
			 unmended);
}

/* What the environment says goes before the policy; false when it has a
 * value that is not known. */
static bool choose(struct policy *policy)
{
	const int mode = choice("SOCKMEND_MODE", mode_words);
	const int log = choice("SOCKMEND_LOG", log_words);

	if (mode >= 0)
		policy->mode = (enum mode)mode;
	if (log >= 0)
		policy->log = (enum log)log;
	return mode >= -1 && log >= -1;
}

static void find_places(struct context *me)
{
	keep_path(me->session_dir, sizeof me->session_dir, "XDG_RUNTIME_DIR");
	me->no_journal =
		!keep_path(me->rundir, sizeof me->rundir, "SOCKMEND_RUNDIR");
	if (me->no_journal)
		complain("SOCKMEND_RUNDIR", environment_get("SOCKMEND_RUNDIR"),
			 "want an absolute path of at most 255 bytes",
			 "no journal is kept");
}

/* NULL: nothing is wrong; else what is wrong; "" when that was said. */
static const char *fill(struct home *home, const char *text, size_t len)
{
	struct context *me = &home->self;
	const char *wrong =
		policy_read(text, len, NULL, &home->arena, &me->policy);
	struct program program;
	char exe[256];

	if (wrong)
		return wrong;
	program = who(exe, policy_names_paths(&me->policy));
	policy_keep_for(&me->policy, &program);
	if (!choose(&me->policy))
		return "";
	if (me->policy.mode == MODE_OFF || policy_leaves_alone(&me->policy))
		me->policy.count = 0;
	me->observe = me->policy.mode == MODE_OBSERVE;
	me->log_stderr = me->policy.log == LOG_STDERR;
	find_places(me);
	for (unsigned i = 0; i < sizeof me->name - 1 && program.name[i]; i++)
		me->name[i] = program.name[i];
	if (me->log_stderr && me->policy.count)
		process_remember_stderr();
	return NULL;
}

static struct home *home_make(size_t text_len)
{
	const size_t size = sizeof(struct home) + policy_arena_size(text_len);
	struct home *home = kernel_mmap(size);

	if (!home)
		return NULL;
	home->size = size;
	home->arena.base = (char *)(home + 1);
	home->arena.size = size - sizeof *home;
	return home;
}

static void home_leave(struct home *home)
{
	if (home)
		kernel_munmap(home, home->size);
}

/* Build a struct context of what the policy says now. NULL: *wrong says why. */
static struct home *build(const char **wrong)
{
	struct home *home = NULL;
	const char *text;
	char *room;
	const size_t len = policy_source_find(&text, &room, wrong);

	if (len) {
		home = home_make(len);
		*wrong = home ? fill(home, text, len) : "no memory";
	}
	if (room)
		kernel_munmap(room, ORIGIN_ROOM);
	if (!*wrong)
		return home;
	home_leave(home);
	return NULL;
}

/* NULL when this program is to be left alone. */
static struct home *find_out(void)
{
	const char *wrong;
	struct home *home;

	if (!strcmp(environment_get("SOCKMEND_MODE"), "off"))
		return NULL;
	home = build(&wrong);
	if (!home && wrong && *wrong)
		complain_of_policy(wrong);
	if (!home || home->self.policy.count)
		return home;
	home_leave(home);
	return NULL;
}

static const struct context *first_time(void)
{
	const int before = errno;
	struct home *home = find_out();
	const struct context *none = NULL,
			     *mine = home ? &home->self : &untouched;

	if (!atomic_compare_exchange_strong(&in_force, &none, mine)) {
		home_leave(home);
		mine = none;
	}
	errno = before;
	return mine;
}

static void say_not_renewed(const char *wrong)
{
	char what[EVENT_DETAIL_MAX + 1];
	struct strbuf t = strbuf_over(what, sizeof what);

	strbuf_add(&t, "take up ");
	strbuf_add(&t, policy_source_path());
	strbuf_add(&t, ": ");
	strbuf_add(&t, wrong);
	record_failure(-1, NULL, what, EINVAL);
}

/* There was no rule for this program, and there is none. */
static bool is_nothing_new(const struct context *mine)
{
	return !mine->policy.count && !context_has_rules();
}

/* Its rules get the numbers behind those of the older one. */
static bool succeed(struct context *mine)
{
	const struct context *older = context();

	mine->older = older;
	mine->none = older->none + older->policy.count + 1;
	return mine->none + mine->policy.count <= UINT16_MAX &&
	       atomic_compare_exchange_strong(&in_force, &older, mine);
}

void context_reload(void)
{
	const int before = errno;
	const char *wrong = NULL;
	struct home *home;

	if (!policy_source_changed())
		return;
	home = build(&wrong);
	if (home && is_nothing_new(&home->self))
		home_leave(home);
	else if (home && !succeed(&home->self)) {
		wrong = "too many policies since the program was started";
		home_leave(home);
	}
	if (!wrong) {
		reads_rules_changed();
		watchdog_recheck_all();
	}
	if (wrong && *wrong)
		say_not_renewed(wrong);
	errno = before;
}

const struct context *context(void)
{
	const struct context *me =
		atomic_load_explicit(&in_force, memory_order_acquire);

	return __builtin_expect(!me, 0) ? first_time() : me;
}

/* The policy that gave the rule its number. */
static const struct context *self_of(unsigned number)
{
	const struct context *me = context();

	while (number < me->none)
		me = me->older;
	return me;
}

const struct rule *context_rule(unsigned number)
{
	const struct context *me = self_of(number);

	number -= me->none;
	return number && number <= me->policy.count
		       ? &me->policy.rule[number - 1]
		       : NULL;
}

bool context_observed(unsigned number)
{
	const struct rule *rule = context_rule(number);

	return self_of(number)->observe ||
	       (rule && rule->value[RULE_MODE] == MODE_OBSERVE);
}

unsigned context_rule_number(const struct rule *rule)
{
	const struct context *me = context();

	if (!rule)
		return me->none;
	while (rule < me->policy.rule ||
	       rule >= me->policy.rule + me->policy.count)
		me = me->older;
	return me->none + (unsigned)(rule - me->policy.rule) + 1;
}
