/* SPDX-License-Identifier: MIT
 * Finds a service's files: systemd.unit(5), "Unit File Load Path".
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".service"
#define NAME_CHARS                                                             \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-_."   \
	"\\@"

/* The strongest first. */
static const char *const places[] = {
	"/etc/systemd/system.control", "/run/systemd/system.control",
	"/run/systemd/transient",      "/run/systemd/generator.early",
	"/etc/systemd/system",	       "/etc/systemd/system.attached",
	"/run/systemd/system",	       "/run/systemd/system.attached",
	"/run/systemd/generator",      "/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system",     "/lib/systemd/system",
	"/run/systemd/generator.late",
};

#define PLACES (sizeof places / sizeof *places)

static struct location nowhere(void)
{
	return (struct location){NULL, 0};
}

static bool ends_in(const char *text, const char *end)
{
	const size_t len = strlen(text), want = strlen(end);

	return len > want && !strcmp(text + len - want, end);
}

static bool is_other_kind(const char *name)
{
	static const char *const kinds[] = {
		".socket", ".timer",  ".mount", ".automount", ".swap",
		".target", ".device", ".path",	".slice",     ".scope",
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (ends_in(name, kinds[i]))
			return true;
	return false;
}

const char *unit_name(const char *given, struct pool *pool,
		      struct config_errors *complaint)
{
	const size_t len = strlen(given);

	if (!len || len > 200 || given[strspn(given, NAME_CHARS)] ||
	    *given == '.' || *given == '@') {
		config_error(
			complaint, nowhere(),
			"%.80s: no name of a unit: want letters, digits and "
			":-_.\\@",
			given);
		return NULL;
	}
	if (is_other_kind(given)) {
		config_error(complaint, nowhere(),
			     "%s: no service: only those run programs", given);
		return NULL;
	}
	if (ends_in(given, SUFFIX))
		return pool_copy(pool, given, len);
	return pool_print(pool, "%s" SUFFIX, given);
}

/* foo@bar.service as foo@.service; NULL where it is no instance. */
static const char *template_of(const char *name, struct pool *pool)
{
	const char *at = strchr(name, '@');

	if (!at)
		return NULL;
	return pool_print(pool, "%.*s" SUFFIX, (int)(at + 1 - name), name);
}

/* Whether the link `path` leads to, or NULL where it is none. */
static const char *link_target(const struct root *root, const char *path,
			       struct pool *pool)
{
	char target[PATH_MAX];
	int fd = root_open_file(root, path, O_PATH | O_NOFOLLOW);
	ssize_t len;

	if (fd < 0)
		return NULL;
	len = readlinkat(fd, "", target, sizeof target);
	close(fd);
	return len > 0 ? pool_copy(pool, target, (size_t)len) : NULL;
}

static bool is_there(const struct root *root, const char *path)
{
	int fd = root_open_file(root, path, O_PATH | O_NOFOLLOW);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* The path of the file `name`, or NULL. */
static const char *locate(const struct root *root, const char *name,
			  struct pool *pool)
{
	for (size_t i = 0; name && i < PLACES; i++) {
		const char *path = pool_print(pool, "%s/%s", places[i], name);

		if (is_there(root, path))
			return path;
	}
	return NULL;
}

static bool is_alias(const char *name, const char *target)
{
	const char *slash = target ? strrchr(target, '/') : NULL;
	const char *real = slash ? slash + 1 : target;
	const char *at = strchr(name, '@');

	if (!target || !strcmp(real, name) || !ends_in(real, SUFFIX))
		return false;
	/* An instance may be a link to its template. */
	return !at || strncmp(real, name, (size_t)(at + 1 - name)) ||
	       strcmp(real + (at + 1 - name), SUFFIX);
}

/* Its text, unless it is no unit one could change. */
static const char *read_unit(const struct root *root, struct unit *unit,
			     struct pool *pool, struct config_errors *complaint)
{
	const char *target = link_target(root, unit->file, pool), *text;

	if (is_alias(unit->name, target)) {
		config_error(complaint, nowhere(),
			     "%s is another name of %s: "
			     "name that one",
			     unit->name, target);
		return NULL;
	}
	if (target && !strcmp(target, "/dev/null")) {
		config_error(complaint, nowhere(), "%s is masked: %s",
			     unit->name, unit->file);
		return NULL;
	}
	text = root_read(root, unit->file, pool);
	if (!text)
		config_error(complaint, (struct location){unit->file, 0}, "%s",
			     strerror(errno));
	else if (!*text)
		config_error(complaint, nowhere(), "%s is masked: %s is empty",
			     unit->name, unit->file);
	return text && *text ? text : NULL;
}

struct dropin {
	const char *name, *path;
};

struct dropins {
	unsigned count;
	struct dropin *of; /* ordered by name, none twice */
};

/* A name that was there before hides this one: it stood in a stronger place. */
static void add_dropin(struct dropins *d, const char *dir, const char *name,
		       struct pool *pool)
{
	unsigned at = 0;

	while (at < d->count && strcmp(d->of[at].name, name) < 0)
		at++;
	if (at < d->count && !strcmp(d->of[at].name, name))
		return;
	d->of = pool_grow(pool, d->of, d->count, sizeof *d->of);
	memmove(&d->of[at + 1], &d->of[at], (d->count++ - at) * sizeof *d->of);
	d->of[at] = (struct dropin){name, pool_print(pool, "%s/%s", dir, name)};
}

static void list_dropins(const struct root *root, const char *unit,
			 struct dropins *d, struct pool *pool)
{
	for (size_t i = 0; unit && i < PLACES; i++) {
		const char *dir = pool_print(pool, "%s/%s.d", places[i], unit);
		const char **names;
		unsigned count = root_list(root, dir, pool, &names);

		for (unsigned n = 0; n < count; n++)
			if (ends_in(names[n], ".conf"))
				add_dropin(d, dir, names[n], pool);
	}
}

/* foo-bar-baz.service is also meant by foo-bar-.service.d and foo-.service.d.
 */
static void list_prefixes(const struct root *root, const char *name,
			  struct dropins *d, struct pool *pool)
{
	for (size_t len = strlen(name) - strlen(SUFFIX); len-- > 1;)
		if (name[len - 1] == '-')
			list_dropins(
				root,
				pool_print(pool, "%.*s" SUFFIX, (int)len, name),
				d, pool);
}

static void read_dropins(const struct root *root, struct unit *unit,
			 struct pool *pool)
{
	const char *template = template_of(unit->name, pool);
	struct dropins d = {0};

	list_dropins(root, unit->name, &d, pool);
	list_dropins(root, template, &d, pool);
	list_prefixes(root, template ? template : unit->name, &d, pool);
	list_dropins(root, "service", &d, pool);
	for (unsigned i = 0; i < d.count; i++) {
		const char *text = root_read(root, d.of[i].path, pool);

		if (text && strcmp(d.of[i].name, UNIT_DROPIN))
			unit_text_read(text, d.of[i].path, pool,
				       &unit->unit_settings);
	}
}

bool unit_find(const struct root *root, const char *name, struct unit *unit,
	       struct pool *pool, struct config_errors *complaint)
{
	const char *template = template_of(name, pool), *text;

	*unit = (struct unit){.name = name};
	if (template && !strcmp(template, name))
		return config_error(complaint, nowhere(),
				    "%s is a template: name an instance of it, "
				    "such as %.*sNAME" SUFFIX,
				    name, (int)(strlen(name) - strlen(SUFFIX)),
				    name);
	unit->file = locate(root, name, pool);
	if (!unit->file)
		unit->file = locate(root, template, pool);
	if (!unit->file)
		return config_error(
			complaint, nowhere(),
			"%s: no such unit in %s%s or the other places "
			"of systemd.unit(5)",
			name, root->path, "/etc/systemd/system");
	text = read_unit(root, unit, pool, complaint);
	if (!text)
		return false;
	unit_text_read(text, unit->file, pool, &unit->unit_settings);
	read_dropins(root, unit, pool);
	return true;
}

const struct unit_setting *unit_last(const struct unit *unit, const char *key)
{
	for (unsigned i = unit->unit_settings.count; i-- > 0;)
		if (!strcmp(unit->unit_settings.of[i].key, key))
			return *unit->unit_settings.of[i].value
				       ? &unit->unit_settings.of[i]
				       : NULL;
	return NULL;
}

bool unit_is_yes(const struct unit_setting *setting)
{
	static const char *const yes[] = {"1", "yes", "y", "true", "t", "on"};

	for (size_t i = 0; setting && i < sizeof yes / sizeof *yes; i++)
		if (!strcasecmp(setting->value, yes[i]))
			return true;
	return false;
}

bool setting_is_after_ours(const struct unit_setting *setting)
{
	const char *name = strrchr(setting->file, '/') + 1;

	return ends_in(name, ".conf") && strcmp(name, UNIT_DROPIN) > 0;
}
