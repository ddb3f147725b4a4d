# All of it built with a sanitizer: . "$(dirname "$0")/../lib/sanitizers.sh"
#
# The library brings the sanitizer's runtime along, so it may be preloaded into
# any program; what a sanitizer finds is left in $T/found.*.
# shellcheck shell=sh
. "$(dirname "$0")/../lib/test.sh"

# build_sanitized NAME FLAGS LIBRARIES PLAIN-ROOMS: into $B/NAME, then $B is it.
build_sanitized()
{
	flock "$B" make -s -C "$TOP" B="$B/$1" CFLAGS="-O1 -g -fno-omit-frame-pointer $2" \
		LIB_LIBS="$3" ${4:+PLAIN_ROOMS="$4"} sanitized >"$T/build" 2>&1 ||
		fail "$(cat "$T/build")"
	B=$B/$1
	P=$B/tests/programs
}

nothing_found()
{
	for file in "$T"/found.*; do
		[ ! -s "$file" ] || fail "$(head -n 60 "$file")"
	done
}
