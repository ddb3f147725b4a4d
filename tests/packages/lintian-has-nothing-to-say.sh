#!/bin/sh
# `make deb`: packages that Debian's own checker finds well, one with a library
# that needs libc alone for each architecture, one with the tools.
. "$(dirname "$0")/../lib/test.sh"
. "$(dirname "$0")/../lib/packages.sh"
needs dpkg-buildpackage dh lintian
build deb

# field FILE NAME WANTED
field()
{
	same "$(basename "$1"): $2" "$3" "$(dpkg-deb -f "$1" "$2")"
}

library()
{
	field "$1" Multi-Arch same
	field "$1" Version "$(version)"
	field "$1" Depends 'libc6 (>= 2.17)'
	dpkg-deb --fsys-tarfile "$1" | tar -tvf - |
		awk '/^[-l]/ && $6 !~ "^./usr/share/" { print $6, $7, $8 }' |
		sort >"$T/files"
	same "$1 has a library, and no more than a link" '' \
		"$(grep -Ev '^./usr/lib/sockmend/(lib/[a-z0-9_]+-linux-gnu/libsockmend.so |lib(32|64) -> lib/)' "$T/files")"
	number "$(basename "$1"): $(stat -c %s "$1") bytes"
}

set -- "$B"/deb/*.deb
# It leaves files behind.
TMPDIR=$T lintian --allow-root --fail-on error,warning "$@" >"$T/lintian.out" 2>&1 ||
	fail "lintian $*"
same "what lintian says" '' "$(cat "$T/lintian.out")"
for package in "$B"/deb/libsockmend_*.deb; do
	library "$package"
done
field "$(deb sockmend)" Depends \
	"libsockmend (= $(version)), $(dpkg-deb -f "$(deb sockmend)" Depends |
		grep -o 'libc6 .*, libconfuse2 .*')"
number "$(basename "$(deb sockmend)"): $(stat -c %s "$(deb sockmend)") bytes"

dpkg-deb --info "$(deb sockmend)" postinst >"$T/postinst"
lacks "nothing is started that was not" "$T/postinst" 'invoke start|action=start'
number "packages: $# built: $(dpkg-deb -f "$1" Version) for" \
	"$(for package; do dpkg-deb -f "$package" Architecture; done | sort -u | xargs)"
