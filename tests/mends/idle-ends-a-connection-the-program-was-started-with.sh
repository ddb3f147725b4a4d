#!/bin/sh
# inetd's way: the connection is there before the program, as number 0. A rule
# that calls the program by its name watches it; a peer that says nothing more
# is ended by the kernel's clock, and cat, which only reads, ends with it.
. "$(dirname "$0")/../lib/net.sh"
needs socat
rules='rule "cat" { program = {"cat"} idle { timeout = 500ms } eof { } }'

SOCKMEND_POLICY=$(cat "$(policy "$rules")")
export SOCKMEND_POLICY

# launch NAME PORT PRELOAD: socat hands its connection on as 0 and 1.
launch()
{
	start "$1" env LD_PRELOAD="$3" socat "TCP-LISTEN:$2,bind=$HERE" EXEC:cat,nofork
	await_listener "$2"
	start "$1.peer" peer "$P/sock" tcp4 connect "$HERE:$2" send hello stay
	soon "$1: echoed" "$T/$1.peer.out" "send hello"
}

launch bare 5000 ""
launch mended 5001 "$B/libsockmend.so"
reap_within 20 mended
running bare || fail "bare: cat ended too"
event "ended by its rule" 'cat\[[0-9]+\] fd [01] idle-ended rule cat .* <- '
