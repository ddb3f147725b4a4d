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

#if defined(__x86_64__)
#define NATIVE "lib/x86_64-linux-gnu/" LIBRARY
#elif defined(__i386__)
#define NATIVE "lib/i386-linux-gnu/" LIBRARY
#else
#define NATIVE "lib/aarch64-linux-gnu/" LIBRARY
#endif

/* The build tree keeps the two side by side; `make install` does not, packages
 * have one for each architecture, and so has a release, copied anywhere. */
bool library_path(char out[PATH_MAX])
{
	static const char *const places[] = {
		LIBRARY, "../lib/sockmend/" LIBRARY,
		"../lib/sockmend/" NATIVE, "../" NATIVE};
	char exe[PATH_MAX], place[PATH_MAX];

	if (!exe_path(exe))
		strcpy(exe, "/");
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		if (!join(place, exe, (int)(strrchr(exe, '/') - exe),
			  places[i]))
			continue;
		if (realpath(place, out) && !access(out, R_OK))
			return true;
	}
	strcpy(out, place);
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
