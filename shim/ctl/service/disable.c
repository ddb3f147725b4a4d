/* SPDX-License-Identifier: MIT
 * sockmendctl disable: takes away what enable wrote, and that alone.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "dropin.h"

static bool may_remove(const struct dropin *d, bool force,
		       struct config_errors *complaint)
{
	const struct location place = {d->path, 0};

	switch (d->state) {
	case NOT_THERE:
		return config_error(complaint, place, "%s is not enabled",
				    d->unit);
	case NOT_OURS:
		return config_error(complaint, place,
				    "sockmendctl did not write this");
	case EDITED:
		return force ||
		       config_error(complaint, place,
				    "it, or its policy, was edited since "
				    "sockmendctl wrote it: --force removes it");
	case AS_WRITTEN:
		break;
	}
	return true;
}

static bool disable(const char *given, const char *root_path, bool force,
		    bool dry_run, struct pool *pool,
		    struct config_errors *complaint)
{
	const char *name = unit_name(given, pool, complaint), *path;
	struct dropin d;
	struct root root;

	if (!name)
		return false;
	if (!root_open(root_path, &root))
		return config_error(complaint, (struct location){root_path, 0},
				    "%s", strerror(errno));
	dropin_find(&root, name, pool, &d);
	if (!may_remove(&d, force, complaint))
		return false;
	if (dry_run) {
		printf("Would remove %s%s\n", root.path, d.path);
		if (d.has_policy)
			printf("Would remove %s%s\n", root.path, d.policy_path);
		return true;
	}
	if (!dropin_remove(&d, &path))
		return config_error(complaint, (struct location){path, 0}, "%s",
				    strerror(errno));
	printf("Removed %s%s\n", root.path, d.path);
	if (d.has_policy)
		printf("Removed %s%s\n", root.path, d.policy_path);
	printf("It takes effect with:\n"
	       "  systemctl daemon-reload && systemctl restart %s\n",
	       name);
	return true;
}

int disable_main(int argc, char **argv)
{
	static const struct option options[] = {
		{"dry-run", no_argument, NULL, 'n'},
		{"force", no_argument, NULL, 'f'},
		{"root", required_argument, NULL, 'R'},
		{0},
	};
	struct config_errors complaint = {0};
	struct pool pool = {0};
	const char *root = "/";
	bool force = false, dry_run = false, well;
	int letter;

	while ((letter = getopt_long(argc, argv, "n", options, NULL)) != -1) {
		if (letter == '?' || (letter == 'R' && *optarg != '/'))
			return usage_error(argv[0]);
		force |= letter == 'f';
		dry_run |= letter == 'n';
		root = letter == 'R' ? optarg : root;
	}
	if (argc - optind != 1)
		return usage_error(argv[0]);
	well = disable(argv[optind], root, force, dry_run, &pool, &complaint);
	pool_return(&pool);
	return well ? EXIT_OK : config_error_print(&complaint);
}
