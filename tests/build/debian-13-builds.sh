#!/bin/sh
# In a root of Debian 13 (glibc 2.41) everything builds without a warning with
# its gcc and its clang.
. "$(dirname "$0")/../lib/releases.sh"
kept=trixie-$(dpkg --print-architecture)-compilers
root=$B/roots/$kept
make_roots "$kept"
[ -e "$root/usr" ] || skip "no root of trixie: $(why_no_root)"
work=/tmp/$(basename "$T")
trap 'rm -rf "$root$work"; tidy' EXIT
mkdir -p "$root$work"
chmod 700 "$root$work" # for the journal, too
cp -a "$TOP/shim" "$TOP/conf" "$TOP/examples" "$TOP/Makefile" "$root$work"

[ -e "$root/bin/sh" ] || ln -s dash "$root/bin/sh" # by dash's own script, once

# in_trixie COMMAND…
in_trixie()
{
	chroot "$root" /usr/bin/env -i PATH=/usr/bin:/usr/sbin LC_ALL=C "$@"
}

# clang warns the same at any level of optimisation.
for compiler in gcc clang; do
	level=-O2
	[ $compiler = gcc ] || level=-O0
	in_trixie nice make -j2 -C "$work" CC=$compiler WERROR=1 CFLAGS=$level \
		B=build-$compiler >"$T/$compiler.out" 2>&1 || fail "$compiler"
	in_trixie SOCKMEND_RUNDIR="$work" "$work/build-$compiler/sockmend" -r 'keepalive { idle = 5s }' \
		true || fail "what $compiler built does not run"
	number "built without a warning: Debian 13, glibc 2.41," \
		"$(in_trixie $compiler --version | head -n 1)"
done
