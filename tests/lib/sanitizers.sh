# All of it built with a sanitizer: . "$(dirname "$0")/../lib/sanitizers.sh"
#
# The library brings the sanitizer's runtime along, so it may be preloaded into
# any program; what a sanitizer finds is left in $T/found.*.
# shellcheck shell=sh
. "$(dirname "$0")/../lib/test.sh"

# build_sanitized NAME FLAGS LIBRARIES PLAIN-ROOMS TARGET…: into $B/NAME, which
# is $B then.
build_sanitized()
{
	B=$B/$1
	sanitized_flags=$2 sanitized_libs=$3 sanitized_plain=$4
	shift 4
	mkdir -p "$B"
	flock "$B" nice make -s -C "$TOP" -j2 B="$B" \
		CFLAGS="-O0 -g1 -fno-omit-frame-pointer $sanitized_flags" \
		LIB_LIBS="$sanitized_libs" \
		${sanitized_plain:+PLAIN="$sanitized_plain"} "$@" \
		>"$T/build" 2>&1 || fail "$(cat "$T/build")"
	P=$B/tests/programs
}

nothing_found()
{
	for file in "$T"/found.*; do
		[ ! -s "$file" ] || fail "$(head -n 60 "$file")"
	done
}
