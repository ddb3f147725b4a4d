#!/bin/sh
# SPDX-License-Identifier: MIT
# The Debian packages into $B/deb, for `make deb`: all of them for this
# architecture, the library for every other that there is a compiler for.
set -eu
cd "$(dirname "$0")/../../.."
B=$1
. conf/packaging/tarball/version.sh
out=$B/deb
tree=$out/sockmend-$version

# A changelog has the one version, and the one date, that we have.
changelog()
{
	cat <<-CHANGELOG
	sockmend ($version) unstable; urgency=medium

	  * Release $version.

	 -- $(sed -n 's/^Maintainer: //p' conf/packaging/debian/control)  $(date -uRd "@$SOURCE_DATE_EPOCH")
	CHANGELOG
}

# for_architecture WORDS…: what dpkg-buildpackage does, said when it fails.
for_architecture()
{
	(cd "$tree" && dpkg-buildpackage -j"$(nproc)" -b -us -uc "$@") >"$out/log" 2>&1 && return
	cat "$out/log"
	return 1
}

rm -rf "$out"
mkdir -p "$tree"
cp -a shim conf examples Makefile README.md CHANGELOG.md LICENSE "$tree"
cp -a conf/packaging/debian "$tree/debian"
changelog >"$tree/debian/changelog"
unset MAKEFLAGS MAKELEVEL MFLAGS
for_architecture
for other in amd64 i386 arm64; do
	abi=$(dpkg-architecture -f -a "$other" -q DEB_HOST_MULTIARCH 2>/dev/null)
	[ "$other" != "$(dpkg --print-architecture)" ] || continue
	[ -e "$B/lib/$abi/libsockmend.so" ] || continue # no compiler for it
	for_architecture -d --host-arch "$other" \
		--build-profiles=pkg.sockmend.library
done
rm -rf "$tree"
ls "$out"/*.deb
