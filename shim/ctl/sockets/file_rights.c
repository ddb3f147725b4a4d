/* SPDX-License-Identifier: MIT
 * Access to files with the user and groups of another process: setfsuid(2).
 *
 * The real ids, not the effective ones: a set-user-ID program keeps the
 * environment that its caller chose, but not its caller's effective id.
 */
#include "file_rights.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include "procfs.h"

#define GROUPS_MAX 256 /* further ones are dropped: fewer rights */

static struct {
	bool changed;
	int count;
	gid_t group[GROUPS_MAX];
} own;

static int read_groups(const char *line, gid_t group[GROUPS_MAX])
{
	int count = 0;
	char *end;

	while (line && count < GROUPS_MAX) {
		group[count] = (gid_t)strtoul(line, &end, 10);
		if (end == line || *end == '\n')
			break;
		line = end;
		count++;
	}
	return count;
}

/* What stands behind "\nTITLE:\t" in a status file, or NULL. */
static const char *field(const char *text, const char *title)
{
	const char *at = strstr(text, title);

	return at ? at + strlen(title) : NULL;
}

static bool take(const char *status)
{
	const char *user = field(status, "\nUid:\t");
	const char *group = field(status, "\nGid:\t");
	gid_t theirs[GROUPS_MAX];
	const int count = read_groups(field(status, "\nGroups:\t"), theirs);
	uid_t uid;

	if (!user || !group)
		return false;
	uid = (uid_t)strtoul(user, NULL, 10);
	if (uid == getuid())
		return true; /* a container's root may not change ids */
	own.count = getgroups(GROUPS_MAX, own.group);
	if (own.count < 0 || setgroups((size_t)count, theirs))
		return false;
	own.changed = true;
	setfsgid((gid_t)strtoul(group, NULL, 10));
	setfsuid(uid);
	if ((uid_t)setfsuid((uid_t)-1) == uid)
		return true;
	file_rights_restore();
	return false;
}

bool file_rights_take(pid_t pid)
{
	char status[8192];
	const int proc = geteuid() ? -1 : proc_open(pid);
	bool taken;

	own.changed = false;
	if (geteuid())
		return true;
	if (proc < 0)
		return false;
	proc_read_text(proc, "status", status, sizeof status);
	close(proc);
	errno = EPERM;
	taken = take(status);
	if (!taken && !errno)
		errno = EPERM;
	return taken;
}

void file_rights_restore(void)
{
	const int error = errno;

	if (own.changed) {
		setfsuid(geteuid());
		setfsgid(getegid());
		if (setgroups((size_t)own.count, own.group))
			abort(); /* nothing may go on with others' rights */
		own.changed = false;
	}
	errno = error;
}
