#!/bin/sh
# daemon() forks inside libc, past whoever waits for fork(): a server that
# binds before and listens after it still gets its port, a client's is freed.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "free" { ephemeral_port = yes }'

for family in 4 6; do
	use_family $family
	mended_sock "$rules" $tcp bind "$here:5000" daemon getsockname listen 5 \
		getsockname accept send hello close >"$T/server.log" 2>&1 &
	await_listener 5000
	peer "$P/sock" $tcp connect "$here:5000" recv 5 >"$T/client.out"
	has "it serves" "$T/client.out" '"hello"'
	soon "to the end" "$T/server.log" '^close = 0'
	same "getsockname, before and after" 2 \
		"$(grep -c "^getsockname $(quoted "$here"):5000 = 0" "$T/server.log")"

	start server peer "$P/sock" $tcp bind "$there:80" listen 5 accept-from stay
	await_listener 80 peer
	mended_sock "$rules" $tcp bind "$here:1025" daemon connect "$there:80" close >"$T/log" 2>&1
	soon "the peer accepted" "$T/server.out" '^accept-from'
	lacks "another port" "$T/server.out" '^accept-from .*:1025 ='
	stop server
done
