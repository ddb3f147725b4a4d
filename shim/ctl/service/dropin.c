/* SPDX-License-Identifier: MIT
 * Composes, seals, writes and removes the drop-in of a service.
 */
#include "dropin.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNITS_DIR SYSCONFDIR "/sockmend/units"
#define DIRS_MAX 4 /* that can be missing above either file */
#define TITLE                                                                  \
	"# Written by sockmendctl enable, removed by sockmendctl disable\n"
#define SEAL                                                                   \
	"# Sealed: %016" PRIx64 " directories %d, policy %016" PRIx64          \
	" directories %d\n"
#define SEAL_SCAN                                                              \
	"# Sealed: %" SCNx64 " directories %d, policy %" SCNx64                \
	" directories %d\n"

/* FNV-1a: tells that it was edited, and means no more than that. */
static uint64_t sum_of(const char *text)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (; text && *text; text++)
		sum = (sum ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return text ? sum : 0;
}

/* Two lines of seal, then the body. */
static enum dropin_state read_seal(struct dropin *d)
{
	const char *line = d->old + strlen(TITLE), *body;
	uint64_t sum, policy;

	if (strncmp(d->old, TITLE, strlen(TITLE)))
		return NOT_OURS;
	body = strchr(line, '\n');
	if (!body ||
	    sscanf(line, SEAL_SCAN, &sum, &d->dirs, &policy, &d->policy_dirs) !=
		    4 ||
	    d->dirs > DIRS_MAX || d->policy_dirs > DIRS_MAX) {
		d->dirs = d->policy_dirs = 0;
		return EDITED;
	}
	d->has_policy = policy != 0;
	if (sum != sum_of(body + 1))
		return EDITED;
	if (d->has_policy && d->old_policy && policy != sum_of(d->old_policy))
		return EDITED;
	return AS_WRITTEN;
}

void dropin_find(const struct root *root, const char *unit, struct pool *pool,
		 struct dropin *d)
{
	*d = (struct dropin){.root = root, .pool = pool, .unit = unit};
	d->path =
		pool_print(pool, "/etc/systemd/system/%s.d/" UNIT_DROPIN, unit);
	d->policy_path = pool_print(pool, UNITS_DIR "/%s.policy", unit);
	d->old_policy = root_read_own(root, d->policy_path, pool);
	d->old = root_read_own(root, d->path, pool);
	if (d->old)
		d->state = read_seal(d);
	else
		d->state = errno == ENOENT || errno == ENOTDIR ? NOT_THERE
							       : NOT_OURS;
}

/* ---- what stands in it */

static bool is_listed(const char *list, const char *path)
{
	const size_t len = strlen(path);

	for (; *list; list += strcspn(list, ": "), list += strspn(list, ": "))
		if (strcspn(list, ": ") == len && !strncmp(list, path, len))
			return true;
	return false;
}

/* What the unit sets LD_PRELOAD to, specifiers and all; "" for nothing. */
static const char *own_preload(const struct sandbox *s)
{
	const char *preload = "";

	for (unsigned i = 0; i < s->unit->unit_settings.count; i++) {
		const struct unit_setting *setting =
			&s->unit->unit_settings.of[i];
		const char *at = setting->value, *word;

		if (strcmp(setting->key, "Environment"))
			continue;
		if (!*at)
			preload = "";
		while ((word = unit_word(&at, s->pool)))
			if (!strncmp(word, "LD_PRELOAD=", 11))
				preload = word + 11;
	}
	return preload;
}

/* Ours first, theirs kept: their specifiers mean what they meant. */
static void write_preload(const struct sandbox *s, FILE *out)
{
	const char *theirs = own_preload(s);
	const char *ours =
		unit_quote(pool_print(s->pool, "LD_PRELOAD=%s", s->library),
			   false, s->pool);

	if (is_listed(theirs, s->library))
		ours = unit_quote("LD_PRELOAD=", false, s->pool);
	else if (*theirs)
		theirs = pool_print(s->pool, ":%s", theirs);
	theirs = unit_quote(theirs, true, s->pool);
	fprintf(out, "Environment=%.*s%s\n", (int)strlen(ours) - 1, ours,
		theirs + 1);
}

/* The unit's own RuntimeDirectory=, as $RUNTIME_DIRECTORY names them. */
static const char *own_runtime(const struct sandbox *s)
{
	const char *list = "";

	for (unsigned i = 0; i < s->unit->unit_settings.count; i++) {
		const struct unit_setting *setting =
			&s->unit->unit_settings.of[i];
		const char *at = setting->value, *word;

		if (strcmp(setting->key, "RuntimeDirectory"))
			continue;
		if (!*at)
			list = "";
		while ((word = unit_word(&at, s->pool)))
			list = pool_print(s->pool, "%s%s/run/%.*s", list,
					  *list ? ":" : "",
					  (int)strcspn(word, ":"), word);
	}
	return list;
}

/* Root has /run/sockmend, where it may write and every user may read. */
static bool needs_runtime(const struct unit *unit)
{
	static const char *const keys[] = {
		"RootDirectory",     "RootImage",	    "ReadOnlyPaths",
		"InaccessiblePaths", "TemporaryFileSystem",
	};
	const struct unit_setting *protect = unit_last(unit, "ProtectSystem");

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (unit_last(unit, keys[i]))
			return true;
	return !sandbox_is_root(unit) ||
	       (protect && !strcmp(protect->value, "strict"));
}

/* A directory of our own in /run, which the unit's program does not notice:
 * $RUNTIME_DIRECTORY stays as it was, and only where there was none before
 * may directories outlive the service. */
static void write_runtime(const struct sandbox *s, FILE *out)
{
	const char *theirs = own_runtime(s);
	char *name = pool_copy(s->pool, s->unit->name, strlen(s->unit->name));

	if (!needs_runtime(s->unit))
		return;
	for (char *c = name; *c; c++)
		if (*c == '\\')
			*c = '_';
	fprintf(out,
		"Environment=\"SOCKMEND_RUNDIR=/run/sockmend-%s/journals\"\n"
		"RuntimeDirectory=sockmend-%s\n",
		name, name);
	if (!*theirs)
		fputs("RuntimeDirectoryPreserve=yes\n"
		      "UnsetEnvironment=RUNTIME_DIRECTORY\n",
		      out);
	else
		fprintf(out, "Environment=%s\n",
			unit_quote(pool_print(s->pool, "RUNTIME_DIRECTORY=%s",
					      theirs),
				   true, s->pool));
}

char *dropin_compose(struct sandbox *s, const struct dropin *d, bool policy)
{
	char *text = NULL, *kept;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	fputs("[Service]\n", out);
	write_preload(s, out);
	if (policy)
		fprintf(out, "Environment=%s\n",
			unit_quote(pool_print(s->pool, "SOCKMEND_POLICY=%s",
					      d->policy_path),
				   false, s->pool));
	write_runtime(s, out);
	sandbox_relax(s, out);
	if (fclose(out))
		abort();
	kept = pool_copy(s->pool, text, size);
	free(text);
	return kept;
}

/* ---- putting it there */

static bool put_policy(const struct dropin *d, const char *policy)
{
	if (policy)
		return root_write(d->root, d->policy_path, policy);
	return !d->has_policy ||
	       root_remove(d->root, d->policy_path, d->policy_dirs);
}

bool dropin_put(struct dropin *d, const char *body, const char *policy,
		const char **path)
{
	const char *text;
	int error;

	d->dirs += root_missing(d->root, d->path);
	if (policy)
		d->policy_dirs += root_missing(d->root, d->policy_path);
	text = pool_print(d->pool, TITLE SEAL "%s", sum_of(body), d->dirs,
			  sum_of(policy), d->policy_dirs, body);
	*path = d->policy_path;
	if (put_policy(d, policy)) {
		*path = d->path;
		if (root_write(d->root, d->path, text))
			return true;
	}
	error = errno;
	dropin_put_back(d);
	errno = error;
	return false;
}

static void put_back(const struct dropin *d, const char *path, const char *old,
		     int dirs)
{
	if (old)
		root_write(d->root, path, old);
	else
		root_remove(d->root, path, dirs);
}

void dropin_put_back(const struct dropin *d)
{
	put_back(d, d->path, d->old, d->dirs);
	put_back(d, d->policy_path, d->old_policy, d->policy_dirs);
}

bool dropin_remove(const struct dropin *d, const char **path)
{
	*path = d->policy_path;
	if (d->has_policy &&
	    !root_remove(d->root, d->policy_path, d->policy_dirs))
		return false;
	*path = d->path;
	return root_remove(d->root, d->path, d->dirs);
}
