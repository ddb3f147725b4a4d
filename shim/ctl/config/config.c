/* SPDX-License-Identifier: MIT
 * Which configuration is meant, and all of it gathered in order.
 */
#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "paths.h"
#include "core/policy_text.h"
#include "core/default_policy.h"
#include "core/strbuf.h"

#define APPS_DIR CONFIG_DIR "/apps.d"
#define PROFILES_DIR CONFIG_DIR "/profiles"
#define SUFFIX ".conf"

struct gathering {
	struct config *config;
	struct config_errors *complaint;
	seen_file *seen;
	bool any; /* at least one file was read */
};

static bool read_rule(struct gathering *g, const char *body, unsigned number)
{
	struct pool *pool = &g->config->pool;
	struct source source = {
		.name = pool_print(pool, "-r %u", number),
		.text = pool_copy(pool, body, strlen(body)),
		.len = strlen(body),
	};

	if (source.len > SOURCE_MAX)
		return config_error(g->complaint,
				    (struct location){source.name, 0},
				    "want at most %d bytes", SOURCE_MAX);
	return grammar_read_body(&source, g->config, g->complaint);
}

static bool read_file(struct gathering *g, const char *path,
		      const char *program)
{
	unsigned before = g->config->policy.count;
	struct source source;

	g->any = true;
	if (!source_read(path, (struct location){NULL, 0}, &g->config->pool,
			 &source, g->complaint) ||
	    !grammar_read(&source, program, g->config, g->complaint))
		return false;
	if (g->seen)
		g->seen(path, g->config->policy.count - before);
	return true;
}

/* NAME.conf, and not the hidden files editors leave behind. */
static bool is_conf(const char *name)
{
	size_t len = strlen(name);

	return *name != '.' && len > strlen(SUFFIX) &&
	       !strcmp(name + len - strlen(SUFFIX), SUFFIX);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of the .conf files of a directory, in order. */
static unsigned conf_names(const char *path, struct pool *pool, char ***names)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	unsigned count = 0;

	*names = NULL;
	while (dir && (entry = readdir(dir))) {
		if (!is_conf(entry->d_name))
			continue;
		*names = pool_grow(pool, *names, count, sizeof **names);
		(*names)[count++] =
			pool_copy(pool, entry->d_name,
				  strlen(entry->d_name) - strlen(SUFFIX));
	}
	if (dir)
		closedir(dir);
	if (count)
		qsort(*names, count, sizeof **names, by_name);
	return count;
}

static bool read_apps(struct gathering *g)
{
	struct pool *pool = &g->config->pool;
	char **names, *path;
	unsigned count = conf_names(APPS_DIR, pool, &names);
	bool well = true;

	if (!count && access(APPS_DIR, R_OK | X_OK) && errno != ENOENT)
		return config_error(g->complaint,
				    (struct location){APPS_DIR, 0}, "%s",
				    strerror(errno));
	for (unsigned i = 0; i < count; i++) {
		path = pool_print(pool, APPS_DIR "/%s" SUFFIX, names[i]);
		well = read_file(g, path, names[i]) && well;
	}
	return well;
}

/* The profile as text that cannot be wrong, where there is no file. */
static void add_safe(struct gathering *g)
{
	static const char name[] = BUILT_IN_SAFE;
	struct config *config = g->config;
	size_t len = strlen(safe_policy), size = policy_arena_size(len);
	struct arena arena = {pool_take(&config->pool, size), 0, size};
	const struct location place = {name, 0};
	struct origin origin = {place,	 place, place, place,
				{place}, NULL,	place};
	struct policy safe;

	if (policy_read(safe_policy, len, NULL, &arena, &safe))
		abort();
	for (unsigned i = 0; i < RULE_OPTIONS; i++)
		origin.value[i] = place;
	for (unsigned i = 0; i < safe.count; i++)
		config_append(config, &safe.rule[i], &origin, place);
	if (g->seen)
		g->seen(name, safe.count);
}

static bool read_system(struct gathering *g)
{
	const bool well = read_apps(g);

	if (!access(CONFIG_DIR "/sockmend.conf", F_OK) || errno != ENOENT)
		return read_file(g, CONFIG_DIR "/sockmend.conf", NULL) && well;
	if (!g->any && well)
		add_safe(g);
	return well;
}

/* In the build tree conf/ stands beside the directory of the executable. */
static const char *uninstalled_profiles(struct pool *pool)
{
	char exe[PATH_MAX];

	if (!exe_path(exe))
		return PROFILES_DIR;
	return pool_print(pool, "%s/../conf/profiles", dirname(exe));
}

static bool no_such_profile(struct gathering *g, const char *profile,
			    const char *dir)
{
	char **names, list[400];
	unsigned count = conf_names(dir, &g->config->pool, &names);
	struct strbuf text = strbuf_over(list, sizeof list);

	for (unsigned i = 0; i < count; i++) {
		strbuf_add(&text, i ? ", " : "");
		strbuf_add(&text, names[i]);
	}
	return config_error(
		g->complaint, (struct location){NULL, 0},
		"-p = %.80s: no such profile in %s: want one of: %s", profile,
		dir, count ? list : "(there are none)");
}

static bool read_profile(struct gathering *g, const char *profile)
{
	struct pool *pool = &g->config->pool;
	const char *dir = PROFILES_DIR;
	const char *path = pool_print(pool, "%s/%s" SUFFIX, dir, profile);

	if (access(path, F_OK)) {
		dir = uninstalled_profiles(pool);
		path = pool_print(pool, "%s/%s" SUFFIX, dir, profile);
	}
	if (access(dir, F_OK))
		dir = PROFILES_DIR;
	if (strchr(profile, '/') || access(path, F_OK))
		return no_such_profile(g, profile, dir);
	return read_file(g, path, NULL);
}

bool config_gather(const struct config_args *choice, seen_file *seen,
		   struct config *config, struct config_errors *complaint)
{
	struct gathering g = {config, complaint, seen, false};
	bool well = true;

	*config = (struct config){0};
	for (unsigned i = 0; i < choice->rules; i++)
		well = read_rule(&g, choice->rule[i], i + 1) && well;
	if (choice->file)
		return read_file(&g, choice->file, NULL) && well;
	if (choice->profile)
		return read_profile(&g, choice->profile) && well;
	return read_system(&g) && well;
}

bool config_compile(const struct config *config, char *out, size_t *len,
		    struct config_errors *complaint)
{
	*len = policy_write(&config->policy, out);
	if (*len)
		return true;
	return config_error(
		complaint, (struct location){NULL, 0},
		"the policy of %u rules is longer than %d bytes: want "
		"fewer rules",
		config->policy.count, POLICY_TEXT_MAX);
}

void config_free(struct config *config)
{
	pool_return(&config->pool);
}
