#!/bin/sh
# A silent peer: bare, the recv waits for ever. Mended it returns 0 and the
# program, which understands that, closes: a RST leaves and the connection is gone.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "quiet" { idle { timeout = 500ms } }'
watch_wire tcp

port=5000
for family in 4 6 mapped; do
	use_family $family
	port=$((port + 2))
	start bare sock $tcp bind "$any:$port" listen 5 accept recv 64 close
	start mended mended_sock "$rules" timed $tcp bind "$any:$((port + 1))" listen 5 \
		accept recv 64 recv 64 close use 0 accept recv 5 stay
	for each in $port $((port + 1)); do
		await_listener $each
		start client.$each peer "$P/sock" $tcp connect "$here:$each" \
			recv 64 touch "$T/told.$each" stay
	done
	soon "the program reads 0" "$T/mended.out" '^recv 64 = 0'
	soon "and closes" "$T/mended.out" '^close = 0'
	wait_until 20 test -e "$T/told.$((port + 1))" || fail "the peer is not told"
	has "the peer is reset" "$T/client.$((port + 1)).out" '^recv 64 = -1 ECONNRESET'
	soon "a RST on the wire, $family" "$T/wire" "\.$((port + 1)) > .*Flags \[R\.?\]"
	socket_is established $((port + 1)) && fail "the connection is not gone"
	peer "$P/sock" $tcp connect "$here:$((port + 1))" send again >/dev/null
	soon "it serves the next one" "$T/mended.out" '"again"'
	lacks "bare: it waits" "$T/bare.out" '^recv'
	socket_is established $port || fail "bare: not connected"
	[ ! -e "$T/told.$port" ] || fail "bare: the peer was told something"
	stop mended
	stop bare
done
event "recorded" "idle-ended rule quiet $HERE:5003 <- $PEER:[0-9]+"
event "recorded" "idle-ended rule quiet $SHOWN6:5005 <- $SHOWN_PEER6:[0-9]+"
