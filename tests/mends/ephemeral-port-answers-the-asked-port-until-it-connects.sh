#!/bin/sh
# Between bind and connect, getsockname answers what the program asked for;
# afterwards what the kernel has.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "free" { ephemeral_port = yes }'

for family in 4 6 mapped; do
	use_family $family
	start server peer "$P/sock" $tcp bind "$there:80" listen 50 stay
	await_listener 80 peer
	for address in "$here" "$any"; do
		same_with "$rules" $tcp bind "$address:1027" getsockname \
			place edge getsockname place wild getsockname \
			place nil getsockname place plain \
			getsockname-into 0 getsockname-into 2 getsockname-into 3 \
			getsockname-into 4 getsockname-into 15 \
			getsockname-into 16 getsockname-into 28 getsockname-into 200
	done
	mended_sock "$rules" $tcp getsockname bind "$here:1025" getsockname \
		connect "$there:80" getsockname >"$T/client.out"
	same "asked" "getsockname $here:1025 = 0" "$(sed -n 4p "$T/client.out")"
	port=$(sed -n 's/^getsockname .*:\(.*\) = 0$/\1/p' "$T/client.out" | tail -n 1)
	between "connected" 1026 65535 "$port"
	stop server
done
