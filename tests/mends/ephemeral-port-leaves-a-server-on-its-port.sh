#!/bin/sh
# A rule that means connections does no harm to a program that serves: it
# listens where it said, and its clients are served.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "free" { ephemeral_port = yes }'

for family in 4 6 mapped; do
	use_family $family
	for address in "$here" "$any"; do
		start server mended_sock "$rules" $tcp bind "$address:5000" \
			getsockname listen 5 getsockname accept-from send hello recv 9 stay
		await_listener 5000
		peer "$P/sock" $tcp connect "$here:5000" recv 5 close >"$T/client.out"
		has "a client is served" "$T/client.out" 'recv 5 "hello" = 5'
		soon "to the end" "$T/server.out" '^recv 9 = 0'
		same "getsockname, before and after" 2 \
			"$(grep -c "^getsockname $(quoted "$address"):5000 = 0" "$T/server.out")"
		stop server
		wait_until 20 no_socket 5000
	done
done
no_event "nothing was freed" port-freed
