/* SPDX-License-Identifier: MIT
 * Reads a unit's hardening as systemd.exec(5) has it.
 */
#include "hardening.h"

#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "analyze.h"
#include "clears.h"
#include "probe.h"

static void __attribute__((format(printf, 3, 4)))
say(struct sandbox *s, const struct unit_setting *setting, const char *format,
    ...)
{
	struct config_errors complaint = {0};
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	config_error(&complaint,
		     (struct location){setting ? setting->file : s->unit->file,
				       setting ? setting->line : 0},
		     "%s%s%.60s%s%s", setting ? setting->key : "",
		     setting ? "=" : "", setting ? setting->value : "",
		     setting ? ": " : "", text);
	config_error_print(&complaint);
	s->in_the_way++;
}

bool sandbox_is_root(const struct unit *unit)
{
	const struct unit_setting *user = unit_last(unit, "User");

	if (unit_is_yes(unit_last(unit, "DynamicUser")))
		return false;
	return !user || !strcmp(user->value, "root") ||
	       !strcmp(user->value, "0");
}

/* ---- the environment */

static bool is_ours(const char *variable)
{
	return !strncmp(variable, "LD_PRELOAD=", 11) ||
	       !strncmp(variable, "SOCKMEND_POLICY=", 16) ||
	       !strncmp(variable, "SOCKMEND_RUNDIR=", 16);
}

/* A drop-in behind ours has the last word. */
static void judge_environment(struct sandbox *s,
			      const struct unit_setting *setting)
{
	const char *at = setting->value, *word;

	if (!setting_is_after_ours(setting))
		return;
	if (!*at)
		say(s, setting, "this forgets what " UNIT_DROPIN " sets");
	while ((word = unit_word(&at, s->pool)))
		if (is_ours(word))
			say(s, setting,
			    "this file is read after " UNIT_DROPIN
			    " and replaces it: rename the file or drop the "
			    "line");
}

static void judge_unset(struct sandbox *s, const struct unit_setting *setting)
{
	const char *at = setting->value, *word;

	while ((word = unit_word(&at, s->pool)))
		if (!strcmp(word, "LD_PRELOAD") || is_ours(word))
			say(s, setting, "it takes the library away again");
}

/* What these files set is stronger than any Environment=. */
static void judge_file(struct sandbox *s, const struct unit_setting *setting)
{
	const char *path = setting->value + (*setting->value == '-');
	const char *text =
		*path == '/' ? root_read(s->root, path, s->pool) : NULL;

	for (; text; text = strchr(text, '\n')) {
		text += strspn(text, "\n \t");
		if (is_ours(text))
			say(s, setting,
			    "it sets %.*s, and such a file is "
			    "stronger than a drop-in: add %s there",
			    (int)strcspn(text, "="), text, s->library);
	}
}

/* ---- what the library's file needs */

static bool is_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	while (len && dir[len - 1] == '/')
		len--;
	return !strncmp(path, dir, len) && (path[len] == '/' || !path[len]);
}

static const struct unit_setting *hides_tmp(const struct unit *unit)
{
	static const char *const keys[] = {"PrivateTmp", "DynamicUser"};

	for (int i = 0; i < 2; i++)
		if (unit_is_yes(unit_last(unit, keys[i])))
			return unit_last(unit, keys[i]);
	return NULL;
}

static const struct unit_setting *hides_home(const struct unit *unit)
{
	const struct unit_setting *setting = unit_last(unit, "ProtectHome");

	return setting && (unit_is_yes(setting) ||
			   !strcmp(setting->value, "tmpfs"))
		       ? setting
		       : NULL;
}

/* The part of `path` that the longest path this key lists has, its setting in
 * *by: the longest governs. 0: none lists it. */
static size_t listed(const struct sandbox *s, const char *key, const char *path,
		     const struct unit_setting **by)
{
	size_t longest = 0;

	for (unsigned i = 0; i < s->unit->unit_settings.count; i++) {
		const struct unit_setting *setting =
			&s->unit->unit_settings.of[i];
		const char *at = setting->value;
		char *word;

		if (strcmp(setting->key, key))
			continue;
		if (!*at)
			longest = 0;
		while ((word = unit_word(&at, s->pool))) {
			word += strspn(word, "-+");
			word[strcspn(word, ":")] = 0;
			if (!is_below(path, word) || strlen(word) < longest)
				continue;
			longest = strlen(word);
			*by = setting;
		}
	}
	return longest;
}

static void judge_inaccessible(struct sandbox *s, const char *what,
			       const char *path)
{
	const struct unit_setting *setting;

	if (listed(s, "InaccessiblePaths", path, &setting))
		say(s, setting, "it hides %s, %s", what, path);
}

static void judge_place(struct sandbox *s)
{
	const char *library = s->library;
	const struct unit_setting *setting = NULL;

	if (is_below(library, "/tmp") || is_below(library, "/var/tmp"))
		setting = hides_tmp(s->unit);
	if (is_below(library, "/home") || is_below(library, "/root") ||
	    is_below(library, "/run/user"))
		setting = hides_home(s->unit);
	if (setting)
		say(s, setting,
		    "it hides the library, %s: install sockmend "
		    "elsewhere",
		    library);
	judge_inaccessible(s, "the library", library);
	judge_inaccessible(s, "the rules", SYSCONFDIR "/sockmend");
}

/* Every user may enter and read it. */
static bool is_public(const char *path)
{
	char part[PATH_MAX];
	struct stat st;

	if (stat(path, &st) || !(st.st_mode & S_IROTH))
		return false;
	for (const char *slash = path + 1; (slash = strchr(slash, '/'));
	     slash++) {
		snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
		if (stat(part, &st) || !(st.st_mode & S_IXOTH))
			return false;
	}
	return true;
}

/* The line that says who runs it. */
static const struct unit_setting *user_of(const struct unit *unit)
{
	const struct unit_setting *user = unit_last(unit, "User");

	return user ? user : unit_last(unit, "DynamicUser");
}

static void judge_reach(struct sandbox *s)
{
	if (!sandbox_is_root(s->unit) && !is_public(s->library))
		say(s, user_of(s->unit),
		    "that user may not read the library, %s", s->library);
}

void sandbox_judge_policy(struct sandbox *s)
{
	const char *closed = sandbox_is_root(s->unit)
				     ? NULL
				     : root_closed(s->root, s->policy, s->pool);

	if (!closed)
		return;
	say(s, user_of(s->unit),
	    "that user cannot read the policy, %s: others "
	    "have no access to %s; chmod %s would give it",
	    s->policy, closed, strcmp(closed, s->policy) ? "o+x" : "o+r");
}

/* ---- the program */

static bool gains_privilege(const char *path)
{
	struct stat st;

	if (!stat(path, &st) && st.st_mode & (S_ISUID | S_ISGID))
		return true;
	return getxattr(path, "security.capability", NULL, 0) > 0;
}

static void judge_clearing(struct sandbox *s,
			   const struct unit_setting *setting)
{
	const char *with = clears_environment(setting->value, s->pool);

	if (with)
		say(s, setting,
		    "`%s` clears the environment: the program "
		    "behind it is started without the library; drop it, or "
		    "put `sockmend` between it and the program",
		    with);
}

/* Where the program is from here; NULL where only systemd can tell. */
static const char *program_here(struct sandbox *s, const char *program)
{
	const struct unit_setting *in = unit_last(s->unit, "RootDirectory");

	if (strchr(program, '%') || unit_last(s->unit, "RootImage") ||
	    (in && strchr(in->value, '%')))
		return NULL;
	if (*program != '/')
		return program;
	return pool_print(s->pool, "%s%s%s", s->root->path, in ? in->value : "",
			  program);
}

static void judge_program(struct sandbox *s, const struct unit_setting *setting)
{
	const char *at = setting->value + strspn(setting->value, "@-:+!");
	const char *word = unit_word(&at, s->pool);
	const char *program = word ? program_here(s, word) : NULL;
	struct probe probe;

	if (!program)
		return;
	probe_program(program, &probe);
	if (probe_status(&probe)) {
		say(s, setting, "it cannot be mended");
		probe_explain(&probe);
	} else if (!sandbox_is_root(s->unit) && gains_privilege(probe.path) &&
		   !unit_is_yes(unit_last(s->unit, "NoNewPrivileges"))) {
		say(s, setting,
		    "it is set-id or has capabilities of its own, "
		    "and the loader then ignores LD_PRELOAD; "
		    "NoNewPrivileges=yes would change that");
	}
}

static const struct {
	const char *key;
	void (*judge)(struct sandbox *s, const struct unit_setting *setting);
} judges[] = {
	{"Environment", judge_environment}, {"EnvironmentFile", judge_file},
	{"UnsetEnvironment", judge_unset},  {"ExecStart", judge_program},
	{"ExecStart", judge_clearing},
};

void sandbox_judge(struct sandbox *s)
{
	const struct unit_settings *all = &s->unit->unit_settings;

	for (unsigned i = 0; i < all->count; i++)
		for (size_t j = 0; j < sizeof judges / sizeof *judges; j++)
			if (!strcmp(all->of[i].key, judges[j].key))
				judges[j].judge(s, &all->of[i]);
	if (!unit_last(s->unit, "ExecStart"))
		say(s, NULL, "it has no ExecStart=: nothing to mend");
	judge_place(s);
	judge_reach(s);
	sandbox_judge_policy(s);
}

/* ---- lists with ~ in front: the first says if they allow or refuse */

/* What the library asks of the kernel beside what every program may. */
static const char *const calls[] = {
	"access",	  "capget",	 "clone",
	"close",	  "close_range", "connect",
	"faccessat",	  "fallocate",	 "fcntl",
	"fstat",	  "getpeername", "getsockname",
	"getsockopt",	  "ioctl",	 "madvise",
	"mkdirat",	  "newfstatat",	 "openat",
	"ppoll",	  "prlimit64",	 "process_vm_readv",
	"read",		  "readlinkat",	 "recvfrom",
	"rt_sigprocmask", "sendto",	 "setsockopt",
	"shutdown",	  "socket",	 "unlinkat",
	"write",	  "capset",
};

#define CALLS (sizeof calls / sizeof *calls)

/* The members of a set in the text that lists them all, or NULL. */
static const char *members_of(const char *sets, const char *set,
			      struct pool *pool)
{
	const char *title = strstr(sets, pool_print(pool, "\n%s\n", set));
	const char *end = title ? strstr(title + 1, "\n@") : NULL;

	if (!title)
		return NULL;
	return pool_copy(pool, title,
			 end ? (size_t)(end + 1 - title) : strlen(title));
}

static bool is_in_set(const struct sandbox *s, const char *set,
		      const char *call)
{
	const char *members = members_of(s->sets, set, s->pool), *nested;

	if (!members)
		return false;
	if (strstr(members, pool_print(s->pool, "\n    %s\n", call)))
		return true;
	for (nested = members; (nested = strstr(nested, "\n    @")); nested++) {
		const char *name = nested + strlen("\n    ");
		const size_t len = strcspn(name, "\n");

		if (is_in_set(s, pool_copy(s->pool, name, len), call))
			return true;
	}
	return false;
}

/* A word may be a set, and may say behind a colon what a call gets. */
static bool means(const struct sandbox *s, const char *word, const char *what)
{
	const size_t len = strcspn(word, ":");

	if (*word == '@')
		return is_in_set(s, pool_copy(s->pool, word, len), what);
	return len == strlen(what) && !strncmp(word, what, len);
}

/* Does the list of this key let `what` be? *last is the line to blame. */
static bool allows(const struct sandbox *s, const char *key, const char *what,
		   const struct unit_setting **last)
{
	bool allowed = true, any = false;

	for (unsigned i = 0; i < s->unit->unit_settings.count; i++) {
		const struct unit_setting *setting =
			&s->unit->unit_settings.of[i];
		const char *at = setting->value, *word;
		const bool refuses = *at == '~';

		if (strcmp(setting->key, key))
			continue;
		if (!*at || !any)
			allowed = refuses || !*at;
		any = *at;
		at += refuses;
		while ((word = unit_word(&at, s->pool)))
			if (means(s, word, what) && allowed == refuses) {
				allowed = !refuses;
				*last = setting;
			}
		if (!allowed && !*last)
			*last = setting;
	}
	return allowed;
}

/* Without capabilities there are none to give up. */
static bool has_capabilities(const struct unit *unit)
{
	return sandbox_is_root(unit) || unit_last(unit, "AmbientCapabilities");
}

/* A call that is refused may end the program: each is let in by its name. */
static void relax_calls(struct sandbox *s, FILE *out)
{
	const struct unit_setting *last =
		unit_last(s->unit, "SystemCallFilter");
	const size_t count = CALLS - !has_capabilities(s->unit);
	const char *gap = "SystemCallFilter=";

	if (!last)
		return;
	s->sets = analyze_sets(s->pool);
	if (!s->sets) {
		say(s, last,
		    "nobody can say what that allows: "
		    "systemd-analyze is not installed");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const struct unit_setting *blame = NULL;

		if (allows(s, last->key, calls[i], &blame))
			continue;
		if (*gap != ' ')
			fprintf(out, "# %s:%u refuses the library these\n",
				blame ? blame->file : last->file,
				blame ? blame->line : last->line);
		fprintf(out, "%s%s", gap, calls[i]);
		gap = " ";
	}
	if (*gap == ' ')
		fputc('\n', out);
}

static void relax_families(struct sandbox *s, FILE *out)
{
	static const char key[] = "RestrictAddressFamilies";
	const struct unit_setting *blame = NULL;

	if (!unit_last(s->unit, key) || allows(s, key, "AF_NETLINK", &blame))
		return;
	blame = blame ? blame : unit_last(s->unit, key);
	fprintf(out, "# %s:%u refuses it; sock_diag(7) tells who has a port\n",
		blame->file, blame->line);
	fprintf(out, "%s=AF_NETLINK\n", key);
}

/* The line that puts a root, or an empty directory, where the library or the
 * rules were. */
static const struct unit_setting *hides_files(const struct sandbox *s)
{
	static const char key[] = "TemporaryFileSystem";
	const struct unit_setting *in = unit_last(s->unit, "RootDirectory");

	in = in ? in : unit_last(s->unit, "RootImage");
	if (in && strcmp(in->value, "/"))
		return in;
	if (listed(s, key, s->library, &in) ||
	    listed(s, key, SYSCONFDIR "/sockmend", &in))
		return in;
	return NULL;
}

static void relax_root(struct sandbox *s, FILE *out)
{
	const struct unit_setting *in = hides_files(s);

	if (!in)
		return;
	fprintf(out, "# %s:%u: what is not in there\n", in->file, in->line);
	fprintf(out, "BindReadOnlyPaths=%s -%s\n", s->library,
		SYSCONFDIR "/sockmend");
}

/* The loader maps the library as a program is mapped. */
static void relax_exec(struct sandbox *s, FILE *out)
{
	const struct unit_setting *by, *unless;
	const size_t no = listed(s, "NoExecPaths", s->library, &by);

	if (!no || listed(s, "ExecPaths", s->library, &unless) > no)
		return;
	fprintf(out, "# %s:%u refuses to map it\nExecPaths=%s\n", by->file,
		by->line, s->library);
}

void sandbox_relax(struct sandbox *s, FILE *out)
{
	relax_root(s, out);
	relax_exec(s, out);
	relax_families(s, out);
	relax_calls(s, out);
}
