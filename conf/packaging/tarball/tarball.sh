#!/bin/sh
# SPDX-License-Identifier: MIT
# The release into $B/dist, for `make dist`: what is needed to mend programs in
# any image, built anew with no name of a directory in it, so that everybody
# who builds it gets the same bytes.
set -eu
cd "$(dirname "$0")/../../.."
B=$1 ABI=$2
. conf/packaging/tarball/version.sh
umask 022
export LC_ALL=C
name=sockmend-$version
built=$B/dist/build
root=$B/dist/$name
licenses=/usr/share/common-licenses

# The tool has its libc in it, to run where that is older, or musl. libconfuse
# would ask libc for the home of ~user, which libc asks modules of the image
# for; no name with a tilde comes that far.
confuse='-static -lconfuse -Wl,--defsym=getpwnam=abort,--defsym=getpwuid=abort'

build()
{
	unset MAKEFLAGS MAKELEVEL MFLAGS
	make -s -j"$(nproc)" B="$built" SYSCONFDIR=/etc CFLAGS='-O2 -s' CTL_LIBS="$confuse" \
		"$built/sockmendctl" "$built/sockmend" abis
}

libraries()
{
	native=$root/lib/$ABI/libsockmend.so
	for library in "$built"/lib/*/libsockmend.so; do
		[ ! -e "$library" ] || install -D -m 755 "$library" \
			"$root/${library#"$built"/}"
	done
	[ -e "$native" ] || install -D -m 755 "$built/libsockmend.so" "$native"
	# What ld.so calls $LIB where it is not called as on Debian.
	ln -s lib/x86_64-linux-gnu "$root/lib64"
	ln -s lib/i386-linux-gnu "$root/lib32"
}

files()
{
	install -d "$root/bin" "$root/share/man/man1" "$root/share/man/man5" \
		"$root/share/man/man7" "$root/share/licenses" "$root/conf/apps.d"
	install -m 755 "$built/sockmend" "$built/sockmendctl" "$root/bin"
	install -m 644 shim/man/*.1 "$root/share/man/man1"
	install -m 644 shim/man/*.5 "$root/share/man/man5"
	install -m 644 shim/man/*.7 "$root/share/man/man7"
	install -m 644 conf/sockmend.conf "$root/conf"
	install -D -m 644 -t "$root/conf/profiles" conf/profiles/*.conf
	install -m 644 conf/packaging/tarball/INSTALL README.md CHANGELOG.md LICENSE "$root"
	install -m 644 "$licenses/LGPL-2.1" "$root/share/licenses/glibc"
	install -m 644 /usr/share/doc/libconfuse-dev/copyright \
		"$root/share/licenses/libconfuse"
}

sums()
{
	(cd "$root" && find . -type f ! -name SHA256SUMS -printf '%P\n' |
		sort | xargs sha256sum) >"$root/SHA256SUMS"
}

pack()
{
	tar -C "$B/dist" --format=ustar --sort=name --owner=0 --group=0 \
		--numeric-owner --mode=go=u,go-w --mtime="@$SOURCE_DATE_EPOCH" \
		-cf - "$name" | gzip -9n >"$B/dist/$name.tar.gz"
}

build
rm -rf "$root"
mkdir -p "$root"
libraries
files
sums
pack
ls "$B/dist/$name.tar.gz"
