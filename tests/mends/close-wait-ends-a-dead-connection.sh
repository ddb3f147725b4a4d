#!/bin/sh
# The peer closed, the program never does: bare, CLOSE_WAIT for ever. Mended,
# probes draw the RST of a peer that is gone, and the kernel frees it.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "leak" { close_wait { after = 500ms } }'
peer_forgets

port=5000
for family in 4 6 mapped; do
	use_family $family
	port=$((port + 2))
	start bare.$family sock $tcp bind "$here:$port" listen 5 accept recv 64 stay
	start $family mended_sock "$rules" $tcp bind "$here:$((port + 1))" listen 5 \
		accept recv 64 await "$T/gone" state recv 64 get SO_ERROR touch "$T/$family.told" stay
	await_listener $port
	await_listener $((port + 1))
	for each in $port $((port + 1)); do
		peer "$P/sock" $tcp connect "$here:$each" close >/dev/null
	done
	soon "$family: it read the end" "$T/$family.out" '^recv 64 = 0'
done
for port in 5003 5005 5007; do
	wait_until 60 not_in_close_wait $port || fail "$port is still in CLOSE_WAIT"
	wait_until 5 socket_is close-wait $((port - 1)) ||
		fail "bare: $((port - 1)) is gone by itself"
done
touch "$T/gone"
for family in 4 6 mapped; do
	wait_until 20 test -e "$T/$family.told" || fail "$family hangs"
	has "$family: gone" "$T/$family.out" '^state CLOSE = '
done
event "asked" "close-wait-probed rule leak $HERE:5003 <- $PEER:[0-9]+"
event "gone" "close-wait-ended rule leak $HERE:5003 <- $PEER:[0-9]+"
event "gone" "close-wait-ended rule leak $SHOWN6:5005 <- "
