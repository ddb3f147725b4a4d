/* SPDX-License-Identifier: MIT
 * sockmendctl apply: the system's configuration becomes the system's policy,
 * all of it or nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl.h"
#include "review.h"

#define POLICY CONFIG_DIR "/policy"

static bool write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t wrote = write(fd, text, len);

		if (wrote < 0 && errno != EINTR)
			return false;
		if (wrote > 0) {
			text += wrote;
			len -= (size_t)wrote;
		}
	}
	return true;
}

/* The name must be on disk too before anybody is told that it is done. */
static bool sync_directory(void)
{
	int fd = open(CONFIG_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool synced = fd >= 0 && !fsync(fd);

	if (fd >= 0)
		close(fd);
	return synced;
}

/* fd is closed in any case; close(2) too can tell of a full disk. */
static bool fill(int fd, const char *text, size_t len)
{
	bool written = write_all(fd, text, len) && !fchmod(fd, 0644) &&
		       !fsync(fd);
	int error = errno;

	if (close(fd))
		return false;
	errno = error;
	return written;
}

/* A reader finds the old policy or the new one, never a part of either. */
static bool replace(const char *text, size_t len)
{
	char temporary[] = POLICY ".XXXXXX";
	int fd = mkostemp(temporary, O_CLOEXEC);
	int error;

	if (fd < 0)
		return false;
	if (fill(fd, text, len) && !rename(temporary, POLICY))
		return sync_directory();
	error = errno;
	unlink(temporary);
	errno = error;
	return false;
}

static int apply(struct config *config)
{
	static char text[POLICY_TEXT_MAX + 1];
	size_t len;

	if (!review(&(struct choice){0}, NULL, config, text, &len))
		return EXIT_BAD_NEWS;
	if (replace(text, len)) {
		printf("%s: %u rule%s\n", POLICY, config->policy.count,
		       config->policy.count == 1 ? "" : "s");
		return EXIT_WELL;
	}
	fprintf(stderr, "%s: cannot be replaced: %s\n", POLICY,
		strerror(errno));
	return EXIT_BAD_NEWS;
}

int apply_main(int argc, char **argv)
{
	struct config config;
	int status;

	if (argc > 1)
		return usage_error(argv[0]);
	status = apply(&config);
	config_free(&config);
	return status;
}
