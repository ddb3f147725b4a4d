#!/bin/sh
# The same with Docker's profile, as Debian has its sources: one that refuses
# process_vm_readv, pidfd_getfd, setns and unshare, and has no clone3.
. "${TOP:-$(dirname "$0")/../..}/tests/lib/test.sh"
profile=$B/docker-seccomp.json
sources=golang-github-docker-docker-dev
file=./usr/share/gocode/src/github.com/docker/docker/profiles/seccomp/default.json

fetch()
{
	(cd "$T" && apt-get download -qq $sources >/dev/null 2>&1 &&
		dpkg-deb --fsys-tarfile $sources*.deb | tar -xO $file) >"$T/profile" &&
		mv "$T/profile" "$profile"
}

# Here, for the sandbox has a network of its own.
[ -s "$profile" ] || fetch || skip "no archive to take $sources from"
. "$TOP/tests/lib/sandbox.sh"
! sandboxed "$profile" unshare -U true 2>/dev/null || fail "it refuses nothing"
hurts_no_mend "$profile" docker
