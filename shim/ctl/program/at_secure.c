/* SPDX-License-Identifier: MIT
 * The kernel's rules for AT_SECURE, as cap_bprm_creds_from_file applies them.
 */
#include "at_secure.h"

#include <endian.h>
#include <linux/capability.h>
#include <linux/xattr.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

static bool no_new_privs(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static bool on_nosuid_mount(const char *path)
{
	struct statvfs vfs;

	return !statvfs(path, &vfs) && vfs.f_flag & ST_NOSUID;
}

/* Secure is who would run with another identity than the one that asked; so
 * is everything a set-id process starts, bits or not. */
bool set_id_makes_secure(const char *path)
{
	struct stat st;
	uid_t user = geteuid();
	gid_t group = getegid();

	if (stat(path, &st))
		return false;
	if (no_new_privs() || on_nosuid_mount(path))
		st.st_mode &= (mode_t) ~(S_ISUID | S_ISGID);
	if (st.st_mode & S_ISUID)
		user = st.st_uid;
	/* Without the execute bit it meant mandatory locking once. */
	if (st.st_mode & S_ISGID && st.st_mode & S_IXGRP)
		group = st.st_gid;
	return user != getuid() || group != getgid();
}

/* no_new_privs takes the capabilities away, but a file with the effective bit
 * is secure all the same; one with inheritable capabilities alone never is. */
bool capabilities_make_secure(const char *path)
{
	struct vfs_ns_cap_data caps;

	memset(&caps, 0, sizeof caps);
	if (!getuid() || on_nosuid_mount(path))
		return false;
	if (getxattr(path, XATTR_NAME_CAPS, &caps, sizeof caps) < 0)
		return false;
	if (le32toh(caps.magic_etc) & VFS_CAP_FLAGS_EFFECTIVE)
		return true;
	return (caps.data[0].permitted || caps.data[1].permitted) &&
	       !no_new_privs();
}
