/* SPDX-License-Identifier: MIT
 * Finds this tool, the library beside it, and programs in PATH.
 */
#include "paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIBRARY "libsockmend.so"
#define ROOTS 3

#if defined(__x86_64__)
#define NATIVE_ABI "x86_64-linux-gnu"
#elif defined(__i386__)
#define NATIVE_ABI "i386-linux-gnu"
#elif defined(__aarch64__)
#define NATIVE_ABI "aarch64-linux-gnu"
#else
#error "which of the libraries is this machine's own?"
#endif

/* /proc may be missing in a small chroot; the kernel's own word is not. */
bool exe_path(char out[PATH_MAX])
{
	if (realpath("/proc/self/exe", out))
		return true;
	return realpath((const char *)(uintptr_t)getauxval(AT_EXECFN), out);
}

static bool join(char out[PATH_MAX], const char *dir, int dir_len,
		 const char *name)
{
	int len = snprintf(out, PATH_MAX, "%.*s%s%s", dir_len, dir,
			   dir_len ? "/" : "", name);

	return len < PATH_MAX;
}

/* The build tree keeps tool and libraries side by side, an installation does
 * not. The answer is 0, or -1: there is no such directory. */
static int root_path(unsigned which, char out[PATH_MAX])
{
	static const char *const roots[ROOTS] = {".", "../lib/sockmend", ".."};
	char exe[PATH_MAX], place[PATH_MAX];

	if (!exe_path(exe))
		strcpy(exe, "/");
	if (!join(place, exe, (int)(strrchr(exe, '/') - exe), roots[which]))
		return -1;
	return realpath(place, out) ? 0 : -1;
}

/* The file `name` below the first root that has it, links resolved. */
static bool find_below_roots(const char *name, char out[PATH_MAX])
{
	char root[PATH_MAX], place[PATH_MAX];

	for (unsigned i = 0; i < ROOTS; i++)
		if (!root_path(i, root) &&
		    join(place, root, (int)strlen(root), name) &&
		    realpath(place, out) && !access(out, R_OK))
			return true;
	return false;
}

bool library_path(char out[PATH_MAX])
{
	if (find_below_roots(LIBRARY, out) || library_of(NATIVE_ABI, out))
		return true;
	strcpy(out, "../lib/sockmend/" LIBRARY);
	return false;
}

bool library_of(const char *abi, char out[PATH_MAX])
{
	char name[128];

	snprintf(name, sizeof name, "lib/%s/" LIBRARY, abi);
	return find_below_roots(name, out);
}

static bool is_file_below(const char *root, const char *name)
{
	char place[PATH_MAX];

	return join(place, root, (int)strlen(root), name) &&
	       !access(place, R_OK);
}

bool library_of_both_sizes(char out[PATH_MAX])
{
	char root[PATH_MAX];

	for (unsigned i = 0; i < ROOTS; i++)
		if (!root_path(i, root) &&
		    is_file_below(root, "lib/x86_64-linux-gnu/" LIBRARY) &&
		    is_file_below(root, "lib/i386-linux-gnu/" LIBRARY))
			return join(out, root, (int)strlen(root),
				    "$LIB/" LIBRARY);
	return false;
}

static int runnable(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return errno == EACCES ? EACCES : ENOENT;
	if (!S_ISREG(st.st_mode))
		return EACCES;
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) ? EACCES : 0;
}

/* Like execvp: a file that may not be run does not end the search, and is
 * only reported when nothing better turns up. */
static int search(const char *name, const char *path, char found[PATH_MAX])
{
	int result = ENOENT;

	for (;;) {
		size_t len = strcspn(path, ":");

		if (join(found, path, (int)len, name)) {
			int error = runnable(found);

			if (!error)
				return 0;
			if (error == EACCES)
				result = EACCES;
		}
		if (!path[len])
			return result;
		path += len + 1;
	}
}

int program_path(const char *name, char out[PATH_MAX])
{
	const char *path = getenv("PATH");

	if (!*name)
		return ENOENT;
	if (!strchr(name, '/'))
		return search(name, path ? path : "/bin:/usr/bin", out);
	return join(out, "", 0, name) ? runnable(out) : ENOENT;
}
