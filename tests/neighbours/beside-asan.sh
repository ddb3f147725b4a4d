#!/bin/sh
# A program built with AddressSanitizer: its runtime in the program, or as a
# library that comes first or second. It is mended, nothing is reported, and a
# fault of the program's own still is.
. "$(dirname "$0")/../lib/test.sh"
needs cc
rules='rule "all" { direction = accept reuse_address = yes keepalive { idle = 7s }
	idle { timeout = 300ms } close_wait { after = 1h } eof { } }'
SOCKMEND_POLICY=$(policy "$rules")
export SOCKMEND_POLICY

cp "$TOP/tests/programs/sock.c" "$T"
printf '%s\n' '#include <stdlib.h>' 'int main(int n, char **v) { char *p = malloc(n);
	(void)v; free(p); return p[0]; }' >"$T/fault.c"
# The probe program's own memory is its own affair.
export ASAN_OPTIONS=detect_leaks=0

# build NAME COMPILER [OPTION]…
build()
{
	name=$1
	shift
	"$@" -fsanitize=address -g -w -D_GNU_SOURCE -I"$TOP/tests/lib" -iquote "$TOP/shim" -o "$T/$name" \
		"$T/sock.c" 2>"$T/$name.err" &&
		"$@" -fsanitize=address -g -w -o "$T/$name.fault" "$T/fault.c" 2>>"$T/$name.err"
}

# mended_by PRELOAD NAME PORT
mended_by()
{
	LD_PRELOAD=$1 timeout $((60 * PATIENCE)) "$T/$2" tcp4 set SO_REUSEADDR 1 bind 127.0.0.1:$3 listen 5 \
		tcp4 connect 127.0.0.1:$3 use 0 accept get TCP_KEEPIDLE recv 64 close \
		>"$T/said" 2>&1
	same "$1 $2: exit status" 0 $?
	has "$1 $2: mended" "$T/said" 'TCP_KEEPIDLE 7'
	has "$1 $2: ended" "$T/said" '^recv 64 = 0'
	lacks "$1 $2: no report" "$T/said" 'AddressSanitizer'
	LD_PRELOAD=$1 timeout $((60 * PATIENCE)) "$T/$2.fault" >"$T/said" 2>&1 && fail "no fault seen"
	has "$1 $2: the program's own fault" "$T/said" 'heap-use-after-free'
}

ours=$B/libsockmend.so
tried=0
if build static cc -static-libasan; then
	mended_by "$ours" static 27410
	tried=1
fi
if command -v clang >/dev/null && build clang clang; then
	mended_by "$ours" clang 27411
	tried=1
fi
asan=$(cc -print-file-name=libasan.so)
if [ -e "$asan" ] && build shared cc; then
	asan=$(LC_ALL=C ldd "$T/shared" | sed -n 's/.*libasan.* => \([^ ]*\).*/\1/p')
	mended_by "$asan:$ours" shared 27412
	# The runtime asks to be first; who insists can have it otherwise.
	ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0
	mended_by "$ours" shared 27413
	mended_by "$ours:$asan" shared 27414
	tried=1
fi
[ $tried = 1 ] || skip "no compiler here has AddressSanitizer"
