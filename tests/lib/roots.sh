# Debian roots to try things in: . "$(dirname "$0")/../lib/roots.sh"
#
# One is made for each suite by mmdebstrap, from the archive that this system
# installs from, and kept in $B/roots for all tests. What a test gets is a copy.
# It can run 64-bit programs (nc.openbsd) and 32-bit ones (nc.traditional).
# shellcheck shell=sh
# A test whose programs talk sources net.sh afterwards: its namespace has no
# way out to the archive.
. "$(dirname "$0")/../lib/rights.sh"
needs_root "makes a root of Debian"
needs_right CAP_SYS_ADMIN "makes a root of Debian: unshare -m" unshare -m true
. "$(dirname "$0")/../lib/test.sh"

SYSTEM_PACKAGES=libconfuse2,netcat-openbsd,netcat-traditional:i386,libc6:i386

archive()
{
	apt-get indextargets --format '$(REPO_URI) $(COMPONENT) $(CODENAME)' \
		'Created-By: Packages' 2>/dev/null |
		awk '$2 == "main" && $3 !~ /-/ { print $1; exit }'
}

# root_of SUITE ARCH: prints the directory of such a root, or why there is none:
#	root=$(root_of bullseye amd64) || skip "$root"
root_of()
{
	root_kept=$B/roots/$1-$2.tar
	[ "$(id -u)" = 0 ] || { echo "roots are made by root alone"; return 1; }
	mkdir -p "$B/roots" "$T/$1-$2"
	flock "$root_kept.lock" sh -c '[ -s "$0" ] || "$@"' "$root_kept" \
		sh "$TOP/tests/lib/make_root" "$1" "$2" "$root_kept" "$(archive)" \
		"$SYSTEM_PACKAGES" || return 1
	tar -xpf "$root_kept" -C "$T/$1-$2" || return 1
	echo "$T/$1-$2"
}

# in_system [NAME=VALUE]… COMMAND…: with /proc, and this environment alone. What
# is preloaded goes into the program, not into what changes the root.
in_system()
{
	# shellcheck disable=SC2086
	$exec unshare --mount --propagation private sh -c '
		mount -t proc proc "$0/proc" || exit 1
		exec chroot "$0" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
			"$@"' "$root" "$@"
}

# Every name in it, but those of /proc and what dpkg and systemd's scripts keep
# of their own doings.
names_in_system()
{
	(cd "$root" && find . -path ./proc -prune -o \
		-path './var/lib/dpkg/*-old' -prune -o \
		-path ./var/lib/systemd -prune -o \
		-path ./var/log/dpkg.log -prune -o -print | sort)
}
