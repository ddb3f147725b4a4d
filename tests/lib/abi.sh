# Programs for other ABIs: . "$(dirname "$0")/../lib/abi.sh", after net.sh.
# shellcheck shell=sh
[ -n "${P:-}" ] || . "$(dirname "$0")/../lib/test.sh"

M32='gcc -m32 -idirafter /usr/include/x86_64-linux-gnu'
STRING="$B/\$LIB/libsockmend.so" # for programs of both word sizes

# can_build COMPILER…: it makes programs.
can_build()
{
	echo 'int main(void) { return 0; }' |
		"$@" -xc -o "$T/can-build" - 2>"$T/cannot"
}

# built_for_32 NAME [FLAG]…: tests/programs/sock.c, as $T/NAME.
built_for_32()
{
	built_name=$1
	shift
	# shellcheck disable=SC2086
	$M32 -std=gnu11 -D_GNU_SOURCE -I"$TOP/shim/common" \
		-I"$TOP/tests/lib" "$@" -w \
		-o "$T/$built_name" "$TOP/tests/programs/sock.c" -lpthread ||
		fail "sock for 32 bits"
}

# preloaded LIBRARY RULES PROGRAM [ARG]…
preloaded()
{
	preloaded_library=$1
	preloaded_policy=$(policy "$2") || fail "$preloaded_policy"
	shift 2
	$exec env LD_PRELOAD="$preloaded_library" \
		SOCKMEND_POLICY="$(cat "$preloaded_policy")
" "$@"
}
