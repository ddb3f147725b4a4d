#!/bin/sh
# The file that serves glibc's programs serves musl's too, by the wrapper: a
# server that waits for a silent camera reads the end of file, a client gets
# another port than the one it insists on.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/abi.sh"
needs ss
can_build musl-gcc || skip "no compiler for musl"
for program in camsrv fixedport; do
	musl-gcc -w -o "$T/$program" "$TOP/examples/$program.c" ||
		fail "$program for musl"
done
"$B/sockmendctl" probe "$T/camsrv" >"$T/probe"
has "probe says so" "$T/probe" '^libc: musl'
has "probe says so" "$T/probe" '^mendable: yes'
same "musl knows no \$LIB" "$("$B/sockmendctl" libpath)" \
	"$("$B/sockmendctl" libpath "$T/camsrv")"

wrapped()
{
	$exec "$B/sockmend" "$@"
}

listening()
{
	ss -tlnH "sport = :$WILD" | grep -q .
}

probed()
{
	ss -tnoH state established "sport = :$WILD" | grep -q 'timer:(keepalive'
}

start server wrapped -r 'program = "camsrv" keepalive { idle = 60s } idle { timeout = '"$(after 2000)"'ms }' \
	"$T/camsrv" $WILD
wait_until 20 listening || fail "camsrv does not listen"
start camera peer "$P/sock" tcp4 connect $HERE:$WILD send hello stay
wait_until 20 probed || fail "no keepalive timer"
soon "it reads the end of file" "$T/server.err" '^recv\(\) = 0: the camera hung up'
event "idle" "camsrv\[[0-9]*\] .*idle-ended .* $HERE:$WILD <- $PEER:"
stop camera

start stranger peer "$P/sock" tcp4 bind $PEER:$((WILD + 1)) listen 5 accept recv 64 send ok close
soon "the stranger" "$T/stranger.out" '^listen 5 = 0'
"$B/sockmend" -r 'ephemeral_port = yes' "$T/fixedport" $PEER $((WILD + 1)) 1 \
	>"$T/fixed.out" 2>&1 </dev/null
event "a port" 'fixedport\[[0-9]*\] .*port-freed'
number "mended: musl (built with musl-gcc), x86-64: camsrv and fixedport by the wrapper"
