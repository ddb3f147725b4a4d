/* SPDX-License-Identifier: MIT
 * This process: who it is to the rules, and what they say.
 *
 * There is no constructor: other libraries' constructors may call us before
 * ours would run, and a program without sockets should pay for nothing.
 * Whoever comes first builds a struct self and publishes it; a thread that
 * did the same at the same time throws its own away. So nobody ever waits,
 * and a signal handler can come first too.
 */
#include "self.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>

#include "bare.h"
#include "kernel.h"
#include "policy_text.h"
#include "process.h"
#include "safe.h"
#include "text.h"

#define POLICY_FILE SYSCONFDIR "/sockmend/policy"

static const struct self untouched = { .name = "" };

static _Atomic(const struct self *) in_force;

/* Everything a struct self needs, in one mapping. */
struct home {
	struct self self;
	size_t size;
	struct arena arena;
};

static const char *variable(const char *name)
{
	const char *value = getauxval(AT_SECURE) ? NULL : getenv(name);

	return value ? value : "";
}

static const char unmended[] = "the program runs unmended";

static void complain(const char *what, const char *value, const char *wrong,
		     const char *so)
{
	char line[256];
	struct text t = text_over(line, sizeof line);

	text_add(&t, "sockmend: ");
	text_add(&t, what);
	if (*value) {
		text_add(&t, " = ");
		text_add_printable(&t, value, 80);
	}
	text_add(&t, ": ");
	text_add(&t, wrong);
	text_add(&t, "; ");
	text_add(&t, so);
	text_add_char(&t, '\n');
	if (process_stderr_usable())
		sys3(SYS_write, 2, line, t.at - line);
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static struct program who(char exe[256])
{
	const char *app = variable("SOCKMEND_APP");
	const char *invoked = (const char *)getauxval(AT_EXECFN);
	struct program p = { app, invoked ? invoked : "", exe };

	kernel_read_link("/proc/self/exe", exe, 256);
	if (!*p.name)
		p.name = last_part(p.invoked);
	if (!*p.name)
		p.name = last_part(p.exe);
	return p;
}

/* The words of an environment variable; -1 unset or empty, -2 not one. */
static int choice(const char *name, const char *words)
{
	const char *value = variable(name);
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
	const char *path = variable(name);
	const size_t len = strnlen(path, room);

	if (len == room || (len && *path != '/'))
		return false;
	memcpy(to, path, len + 1);
	return true;
}

/* Where the policy text comes from. `file` has room for one. Its length, or
 * 0 when there is none that can be used. */
static size_t find_text(const char **text, char *file)
{
	const char *named = variable("SOCKMEND_POLICY");
	const char *path = *named == '/' ? named : POLICY_FILE;
	long len;

	*text = file;
	if (*named && *named != '/') {
		*text = named;
		return strnlen(named, POLICY_TEXT_MAX + 1);
	}
	/* Where there is none, no descriptor is used to find that out. */
	if (!*named && !kernel_can_read(path)) {
		*text = safe_policy;
		return strlen(safe_policy);
	}
	len = kernel_read_file(path, file, POLICY_TEXT_MAX + 1);
	if (len > 0)
		return (size_t)len;
	if (*named)
		complain("SOCKMEND_POLICY", named,
			 len == -E2BIG ? "longer than 65536 bytes"
			 : len == 0    ? "is empty"
			 : len == -EINVAL ? "is not a regular file"
			 : len == -ENOENT ? "no such file"
					  : "cannot be read",
			 unmended);
	return 0;
}

static void complain_of_policy(const char *wrong)
{
	const char *named = variable("SOCKMEND_POLICY");

	if (*named)
		complain("SOCKMEND_POLICY", *named == '/' ? named : "", wrong,
			 unmended);
}

/* What the environment says goes before the policy; false when it says what
 * nobody understands. */
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

static void find_places(struct self *me)
{
	keep_path(me->session_dir, sizeof me->session_dir, "XDG_RUNTIME_DIR");
	me->no_journal = !keep_path(me->rundir, sizeof me->rundir,
				    "SOCKMEND_RUNDIR");
	if (me->no_journal)
		complain("SOCKMEND_RUNDIR", variable("SOCKMEND_RUNDIR"),
			 "want an absolute path of at most 255 bytes",
			 "no journal is kept");
}

static bool fill(struct home *home, const char *text, size_t len)
{
	struct self *me = &home->self;
	char exe[256];
	const struct program program = who(exe);
	const char *wrong =
		policy_read(text, len, &program, &home->arena, &me->policy);

	if (wrong)
		complain_of_policy(wrong);
	if (wrong || !choose(&me->policy))
		return false;
	if (me->policy.mode == MODE_OFF || !me->policy.count)
		return false;
	me->observe = me->policy.mode == MODE_OBSERVE;
	me->log_stderr = me->policy.log == LOG_STDERR;
	find_places(me);
	for (unsigned i = 0; i < sizeof me->name - 1 && program.name[i]; i++)
		me->name[i] = program.name[i];
	if (me->log_stderr)
		process_remember_stderr();
	return true;
}

static struct home *home_make(size_t text_len)
{
	const size_t size = sizeof(struct home) + policy_arena_size(text_len);
	struct home *home = kernel_memory(size);

	if (!home)
		return NULL;
	home->size = size;
	home->arena.base = (char *)(home + 1);
	home->arena.size = size - sizeof *home;
	return home;
}

/* Build a struct self; NULL when this program is to be left alone. */
static struct home *find_out(void)
{
	char *file = kernel_memory(POLICY_TEXT_MAX + 2);
	const char *text;
	struct home *home = NULL;
	size_t len;

	if (!file)
		return NULL;
	len = find_text(&text, file);
	if (len)
		home = home_make(len);
	if (home && !fill(home, text, len)) {
		kernel_release(home, home->size);
		home = NULL;
	}
	kernel_release(file, POLICY_TEXT_MAX + 2);
	return home;
}

static const struct self *first_time(void)
{
	const int before = errno;
	struct home *home = NULL;
	const struct self *none = NULL, *mine = &untouched;

	if (!strcmp(variable("SOCKMEND_MODE"), "off") || !(home = find_out()))
		mine = &untouched;
	else
		mine = &home->self;
	if (!atomic_compare_exchange_strong(&in_force, &none, mine)) {
		if (home)
			kernel_release(home, home->size);
		mine = none;
	}
	errno = before;
	return mine;
}

const struct self *self(void)
{
	const struct self *me =
		atomic_load_explicit(&in_force, memory_order_acquire);

	return __builtin_expect(!me, 0) ? first_time() : me;
}

const struct rule *self_rule(unsigned number)
{
	const struct policy *policy = &self()->policy;

	return number && number <= policy->count ? &policy->rule[number - 1]
						 : NULL;
}

unsigned self_rule_number(const struct rule *rule)
{
	return rule ? (unsigned)(rule - self()->policy.rule) + 1 : 0;
}
