/* SPDX-License-Identifier: MIT
 * Where the policy text comes from.
 */
#include "state/policy_source.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>

#include "sys/raw_syscall.h"
#include "sys/clock.h"
#include "sys/kernel.h"
#include "core/policy.h"
#include "core/default_policy.h"
#include "state/environment.h"

#define POLICY_FILE SYSCONFDIR "/sockmend/policy"
#define PAUSE 1000 /* ms between two looks at the file */

_Static_assert(ORIGIN_ROOM == POLICY_TEXT_MAX + 2, "room for any policy");

_Atomic bool origin_is_file;

/* The file, as it was when we last looked. */
static struct {
	const char *path;
	_Atomic int64_t next; /* when to look again, ms */
	_Atomic uint64_t version;
	uint32_t owner;
	bool owner_known;
} file;

const char *policy_source_path(void)
{
	return file.path;
}

/* What every replacement and every edit changes; 0: there is no file. */
static uint64_t version_of(const struct stat64 *about)
{
	uint64_t v = about->st_ino;

	v = v * 1000003 + about->st_dev;
	v = v * 1000003 + (uint64_t)about->st_size;
	v = v * 1000003 + (uint64_t)about->st_ctim.tv_sec;
	v = v * 1000003 + (uint64_t)about->st_ctim.tv_nsec;
	return v ? v : 1;
}

static uint64_t look(struct stat64 *about)
{
	return kernel_stat(file.path, about) ? 0 : version_of(about);
}

/* The name was put there by a user who may decide for this one. */
static bool is_trusted(const struct stat64 *about)
{
	if (!file.owner_known)
		return !about->st_uid && !(about->st_mode & 022);
	return about->st_uid == file.owner && !(about->st_mode & 022);
}

bool policy_source_changed(void)
{
	int64_t next = file.next;
	const int64_t now = clock_milliseconds();
	struct stat64 about;
	uint64_t version;

	if (now < next ||
	    !atomic_compare_exchange_strong(&file.next, &next, now + PAUSE))
		return false;
	version = look(&about);
	if (!version || version == file.version || !is_trusted(&about))
		return false;
	file.version = version;
	return true;
}

/* From now on it may be replaced. Looked at before it is read: what comes in
 * between is seen the next time. */
static void remember(const char *path)
{
	struct stat64 about;

	file.path = *path ? path : POLICY_FILE;
	file.version = look(&about);
	file.owner_known = file.version;
	file.owner = file.version ? about.st_uid : 0;
	file.next = clock_milliseconds() + PAUSE;
	origin_is_file = true;
}

static const char *name_of(long failed)
{
	return failed == -E2BIG	   ? "longer than 65536 bytes"
	       : failed == 0	   ? "is empty"
	       : failed == -EINVAL ? "is not a regular file"
	       : failed == -ENOENT ? "no such file"
				   : "cannot be read";
}

static size_t read_text(const char *path, char **room, const char **wrong)
{
	long len;

	*room = kernel_mmap(ORIGIN_ROOM);
	if (!*room) {
		*wrong = "no memory";
		return 0;
	}
	len = kernel_read_file(path, *room, POLICY_TEXT_MAX + 1);
	if (len > 0)
		return (size_t)len;
	*wrong = name_of(len);
	return 0;
}

size_t policy_source_find(const char **text, char **room, const char **wrong)
{
	const char *named = environment_get("SOCKMEND_POLICY");
	const char *path = *named == '/' ? named : POLICY_FILE;
	size_t len;

	*room = NULL;
	*wrong = NULL;
	if (*named && *named != '/') {
		*text = named;
		return strnlen(named, POLICY_TEXT_MAX + 1);
	}
	if (!origin_is_file)
		remember(named);
	/* Where there is none, no descriptor is used to find that out. */
	if (!*named && !kernel_can_read(path)) {
		*text = safe_policy;
		return strlen(safe_policy);
	}
	len = read_text(path, room, wrong);
	*text = *room;
	return len;
}
