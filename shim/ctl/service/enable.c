/* SPDX-License-Identifier: MIT
 * sockmendctl enable: a drop-in has systemd start a service mended.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze.h"
#include "config_args.h"
#include "ctl.h"
#include "dropin.h"
#include "in_force.h"
#include "libpath.h"

struct arguments {
	struct config_args choice;
	const char *root;
	bool dry_run, yes, force;
};

struct enabling {
	const struct arguments *args;
	struct root root;
	struct pool pool;
	struct config_errors complaint;
	struct unit unit;
	struct dropin dropin;
	char library[PATH_MAX];
};

static bool refuse(struct enabling *e, const char *path, const char *why)
{
	return config_error(&e->complaint, (struct location){path, 0}, "%s",
			    why);
}

/* Nothing that another program or person wrote is lost. */
static bool may_replace(struct enabling *e)
{
	const struct dropin *d = &e->dropin;

	if (d->state == NOT_OURS)
		return refuse(e, d->path,
			      "it is there already, and "
			      "sockmendctl did not write it");
	if (d->state == EDITED && !e->args->force)
		return refuse(e, d->path,
			      "it, or its policy, was edited since "
			      "sockmendctl wrote it: --force replaces it");
	if (d->old_policy && !d->has_policy)
		return refuse(e, d->policy_path,
			      "it is there already, and "
			      "sockmendctl enable did not write it");
	return true;
}

static bool find(struct enabling *e, const char *given)
{
	const char *name = unit_name(given, &e->pool, &e->complaint);

	if (!name)
		return false;
	if (!root_open(e->args->root, &e->root))
		return refuse(e, e->args->root, strerror(errno));
	if (!unit_find(&e->root, name, &e->unit, &e->pool, &e->complaint))
		return false;
	dropin_find(&e->root, name, &e->pool, &e->dropin);
	return may_replace(e);
}

/* *policy is NULL where the service shall go by the system's. */
static bool compile(struct enabling *e, const char **policy)
{
	static char text[POLICY_TEXT_MAX + 1];
	const struct config_args *choice = &e->args->choice;
	struct config config;
	size_t len;
	bool well;

	*policy = NULL;
	if (!choice->file && !choice->profile && !choice->rules)
		return true;
	well = config_gather(choice, NULL, &config, &e->complaint) &&
	       config_compile(&config, text, &len, &e->complaint);
	config_free(&config);
	if (well)
		text[len] = 0;
	*policy = text;
	return well;
}

static void show(const struct enabling *e, const char *body, const char *policy)
{
	printf("%s%s:\n%s", e->root.path, e->dropin.path, body);
	if (policy)
		printf("\n%s%s:\n%s", e->root.path, e->dropin.policy_path,
		       policy);
	fflush(stdout);
}

static bool ask(struct enabling *e)
{
	char answer[16];

	if (e->args->yes)
		return true;
	if (!isatty(STDIN_FILENO))
		return refuse(e, NULL,
			      "nothing was written: nobody can be "
			      "asked here; -y says yes");
	fprintf(stderr, "Write %s? [y/N] ",
		e->dropin.state == NOT_THERE ? "this"
					     : "this over the old one");
	if (fgets(answer, sizeof answer, stdin) &&
	    (*answer == 'y' || *answer == 'Y'))
		return true;
	return refuse(e, NULL, "nothing was written");
}

/* What was wrong before is not our doing, unless it is said of our file. */
static bool is_verified(struct enabling *e, enum analyzed before)
{
	const char *said;
	enum analyzed now =
		analyze_unit(e->root.path, e->unit.name, &e->pool, &said);

	if (now == ANALYZED_NOT) {
		fputs("sockmendctl: not verified: systemd-analyze is not "
		      "installed\n",
		      stderr);
		return true;
	}
	if (!strstr(said, "/" UNIT_DROPIN ":") &&
	    (now == ANALYZED_WELL || before != ANALYZED_WELL))
		return true;
	fputs(said, stderr);
	return false;
}

static bool write_it(struct enabling *e, const char *body, const char *policy)
{
	const char *path, *said;
	enum analyzed before =
		analyze_unit(e->root.path, e->unit.name, &e->pool, &said);

	if (!dropin_put(&e->dropin, body, policy, &path))
		return refuse(e, path, strerror(errno));
	if (is_verified(e, before))
		return true;
	dropin_put_back(&e->dropin);
	return refuse(e, e->dropin.path,
		      "systemd-analyze verify refused it; "
		      "all is as it was");
}

/* Whatever kept the directories that were made from being public. */
static bool is_readable(struct enabling *e, struct sandbox *sandbox)
{
	sandbox_judge_policy(sandbox);
	if (!sandbox->in_the_way)
		return true;
	dropin_put_back(&e->dropin);
	return refuse(e, e->unit.name, "nothing was changed, because of that");
}

static void offer_apply(void)
{
	char *argv[] = {"apply", NULL};
	char answer[16];

	fputs("Apply the configuration now? [y/N] ", stderr);
	if (!fgets(answer, sizeof answer, stdin) ||
	    (*answer != 'y' && *answer != 'Y'))
		return;
	optind = 0; /* getopt_long(3) begins anew */
	apply_main(1, argv);
}

/* Which rules will the service have, now and later? */
static void note_policy(const struct enabling *e, const char *policy)
{
	const char *note = NULL;

	if (policy) {
		printf("\nIts rules are a copy, %s:\nlater changes of the "
		       "configuration do not reach it.\n",
		       e->dropin.policy_path);
		return;
	}
	if (!*e->root.path)
		note = in_force_note(in_force_now());
	else if (root_open_file(&e->root, SYSTEM_POLICY, O_PATH) < 0)
		note = SYSTEM_POLICY " is missing there: the service will have "
				     "profile safe until `sockmendctl apply`";
	if (note)
		fprintf(stderr, "sockmendctl: %s\n", note);
	if (note && !*e->root.path && isatty(STDIN_FILENO) && !e->args->yes)
		offer_apply();
}

static bool enable(struct enabling *e, const char *given)
{
	struct sandbox sandbox = {.root = &e->root,
				  .unit = &e->unit,
				  .library = e->library,
				  .pool = &e->pool};
	const char *policy, *body;

	if (!find(e, given) || !compile(e, &policy))
		return false;
	sandbox.policy = policy ? e->dropin.policy_path : SYSTEM_POLICY;
	sandbox_judge(&sandbox);
	body = dropin_compose(&sandbox, &e->dropin, policy);
	if (sandbox.in_the_way && !e->args->force)
		return refuse(e, e->unit.name,
			      "nothing was written, because "
			      "of that; --force writes it all the same");
	show(e, body, policy);
	if (e->args->dry_run)
		return true;
	if (!ask(e) || !write_it(e, body, policy))
		return false;
	if (!e->args->force && !is_readable(e, &sandbox))
		return false;
	note_policy(e, policy);
	printf("\nWritten. It takes effect with:\n"
	       "  systemctl daemon-reload && systemctl restart %s\n",
	       e->unit.name);
	return true;
}

static bool take(int letter, struct arguments *args)
{
	switch (letter) {
	case 'y':
		return args->yes = true;
	case 'n':
		return args->dry_run = true;
	case 'f':
		return args->force = true;
	case 'R':
		args->root = optarg;
		return *optarg == '/';
	default:
		return config_args_take(letter, &args->choice);
	}
}

static bool read_wish(int argc, char **argv, struct arguments *args)
{
	static const struct option options[] = {
		{"dry-run", no_argument, NULL, 'n'},
		{"force", no_argument, NULL, 'f'},
		{"root", required_argument, NULL, 'R'},
		{"yes", no_argument, NULL, 'y'},
		{0},
	};
	int letter;

	while ((letter = getopt_long(argc, argv, "nyc:p:r:", options, NULL)) !=
	       -1)
		if (!take(letter, args))
			return false;
	return argc - optind == 1;
}

int enable_main(int argc, char **argv)
{
	struct arguments args = {.root = "/"};
	struct enabling e = {.args = &args};
	int status = EXIT_USAGE;

	args.choice.rule = calloc((size_t)argc, sizeof *args.choice.rule);
	if (!args.choice.rule || !read_wish(argc, argv, &args))
		usage_error(argv[0]);
	else if (library_find(e.library))
		status = EXIT_FAIL;
	else
		status = enable(&e, argv[optind])
				 ? EXIT_OK
				 : config_error_print(&e.complaint);
	pool_return(&e.pool);
	free(args.choice.rule);
	return status;
}
