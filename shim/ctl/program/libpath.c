/* SPDX-License-Identifier: MIT
 * sockmendctl libpath: the library to preload, for all programs or one.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "libpath.h"
#include "paths.h"
#include "probe.h"

static int refuse(const char *path, const char *why)
{
	fprintf(stderr, "sockmend: %s: %s\n", path, why);
	return EXIT_FAIL;
}

/* LD_PRELOAD is a list: what separates its entries cannot be in one. */
static int check_library(const char *path, bool found)
{
	if (!found)
		return refuse(path, "the library is not there; is the "
				    "installation complete?");
	if (strpbrk(path, ": "))
		return refuse(path, "LD_PRELOAD cannot name a path with a "
				    "space or colon; install it elsewhere");
	return EXIT_OK;
}

/* What serves the program and, if that is possible, programs of the other word
 * size that it may run. musl does not know $LIB. */
static void choose(const struct probe *probe, char path[PATH_MAX])
{
	char chosen[PATH_MAX];

	if ((!strcmp(probe->libc, "glibc") && library_of_both_sizes(chosen)) ||
	    (*elf_abi_name(&probe->elf) &&
	     library_of(elf_abi_name(&probe->elf), chosen)))
		strcpy(path, chosen);
}

/* Like a shell's 126: it is there, but not for us. */
static int choose_for(const char *name, char path[PATH_MAX])
{
	struct probe probe;
	int status;

	probe_program(name, &probe);
	probe_explain(&probe);
	status = probe_status(&probe);
	if (!status)
		choose(&probe, path);
	return status == EXIT_FAIL ? EXIT_NOT_EXECUTABLE : status;
}

int library_find(char path[PATH_MAX])
{
	return check_library(path, library_path(path));
}

int libpath_main(int argc, char **argv)
{
	char path[PATH_MAX];
	int status;

	if (argc > 1 && !strcmp(argv[1], "--")) {
		argc--;
		argv++;
	}
	if (argc > 2)
		return usage_error("libpath");
	status = library_find(path);
	if (!status && argc == 2)
		status = choose_for(argv[1], path);
	if (!status)
		puts(path);
	return status;
}
