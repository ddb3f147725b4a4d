#!/bin/sh
# Hardened binaries read through __read_chk, __recv_chk and __recvfrom_chk.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "spin" { eof { spin_limit = 1 answer = reset } }'

for call in __read_chk __recv_chk __recvfrom_chk; do
	nm -D "$P/fortified" | grep -q "$call" || skip "the compiler made no $call here"
done
port=80
for run in bare mended; do
	start $run.server peer "$P/sock" tcp4 bind $PEER:$port listen 5 accept close
	await_listener $port peer
	set -- bare
	[ $run = bare ] || set -- mended "$rules"
	"$@" "$P/fortified" $PEER:$port >"$T/$run.out" || fail "it failed"
	reap_within 20 $run.server
	port=81 # the first has a TIME_WAIT
done
same "bare: 0, 0, 0" "connect = 0
__read_chk = 0
__recv_chk = 0
__recvfrom_chk = 0" "$(cat "$T/bare.out")"
same "mended: each is the read that reaches the limit" "connect = 0
__read_chk = -1 ECONNRESET
__recv_chk = -1 ECONNRESET
__recvfrom_chk = -1 ECONNRESET" "$(cat "$T/mended.out")"
