#!/bin/sh
# One text in LD_PRELOAD serves both word sizes: the wrapper's, installed and
# uninstalled. Each program has the library of its own, and ld.so complains of
# nothing; a program of the other word size is mended by the wrapper too. Where
# the kernel does not execute i386 programs, QEMU's user mode runs them with that
# text, and the wrapper says why it does not.
. "$(dirname "$0")/../lib/abi.sh"
# shellcheck disable=SC2086
can_build $M32 || skip "no compiler for 32 bits: $(head -n 1 "$T/cannot")"
[ -e "$B/lib/i386-linux-gnu/libsockmend.so" ] || skip "no library for i386"

cat >"$T/maps.c" <<'END'
#include <stdio.h>
int main(void)
{
	char line[512];
	FILE *maps = fopen("/proc/self/maps", "r");
	while (fgets(line, sizeof line, maps))
		fputs(line, stdout);
	return 0;
}
END
$M32 -o "$T/maps32" "$T/maps.c" || fail "gcc -m32"
gcc -o "$T/maps64" "$T/maps.c" || fail "gcc"

# loaded COMMAND…: which of the libraries, no complaint.
loaded()
{
	"$@" >"$T/maps" 2>"$T/err"
	same "exit status of $*" 0 $?
	lacks "$*: stderr" "$T/err" .
	sed -n 's|.* \(/.*libsockmend.so\)$|\1|p' "$T/maps" | sort -u
}

# both TOOLS LIBRARIES
both()
{
	text=$("$1/sockmendctl" libpath "$T/maps64")
	same "$1: one text" "$2/\$LIB/libsockmend.so" "$text"
	narrow=$(realpath "$2/lib/i386-linux-gnu/libsockmend.so")
	wide=$(realpath "$2/lib/x86_64-linux-gnu/libsockmend.so")
	same "$1: 64 bits" "$wide" "$(loaded "$1/sockmend" "$T/maps64")"
	$with_32 "$1"
}

# executed TOOLS: by this kernel.
executed()
{
	same "$1: for both" "$text" "$("$1/sockmendctl" libpath "$T/maps32")"
	same "$1: 32 bits" "$narrow" "$(loaded "$1/sockmend" "$T/maps32")"
	same "$1: 64 bits start 32" "$narrow" \
		"$(loaded "$1/sockmend" sh -c '"$1" && :' sh "$T/maps32")"
}

# emulated_instead TOOLS
emulated_instead()
{
	"$1/sockmend" "$T/maps32" >"$T/out" 2>"$T/err"
	same "$1: 32 bits are refused" 126 $?
	has "$1: with the reason" "$T/err" 'this kernel does not execute'
	! command -v qemu-i386-static >/dev/null ||
		same "$1: 32 bits, in QEMU" "$narrow" \
			"$(loaded emulated i386 -E LD_PRELOAD="$text" "$T/maps32")"
}

with_32=executed
runs_32 || with_32=emulated_instead

both "$B" "$(realpath "$B")"
make -s -C "$TOP" B="$B" PREFIX=/opt DESTDIR="$T" install \
	>"$T/make" 2>&1 || fail "make install: $(cat "$T/make")"
both "$T/opt/bin" "$(realpath "$T/opt/lib/sockmend")"
for elsewhere in lib32 lib64 lib; do
	[ -e "$T/opt/lib/sockmend/$elsewhere/libsockmend.so" ] ||
		fail "nothing for systems whose \$LIB is $elsewhere"
done
rm -r "$T/opt/lib/sockmend/lib/i386-linux-gnu"
same "without the one, the other by its path" "$T/opt/lib/sockmend/libsockmend.so" \
	"$("$T/opt/bin/sockmendctl" libpath "$T/maps64")"
"$T/opt/bin/sockmend" "$T/maps32" >"$T/out" 2>"$T/err"
same "and the other word size is refused" 126 $?
if [ $with_32 = executed ]; then
	has "with a reason" "$T/err" 'another machine or word size.*libraries'
	number "mended: host, x86-64 and i386, by the wrapper: each from the other, installed or not"
else
	number "mended: host, x86-64, by the wrapper, installed or not; i386 in qemu-user," \
		"by the same LD_PRELOAD: $NO_32"
fi
