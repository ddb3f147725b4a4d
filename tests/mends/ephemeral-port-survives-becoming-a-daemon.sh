#!/bin/sh
# daemon() forks inside libc, past whoever waits for fork(): a server that
# binds before and listens after it still gets its port, a client's is freed.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "free" { ephemeral_port = yes }'

port=5000
for family in 4 6; do
	port=$((port + 1)) # the last server has left its TIME_WAIT
	use_family $family
	mended_sock "$rules" $tcp bind "$here:$port" daemon getsockname listen 5 \
		getsockname accept send hello close >"$T/server.log" 2>&1 &
	await_listener $port
	peer "$P/sock" $tcp connect "$here:$port" recv 5 >"$T/client.out"
	has "it serves" "$T/client.out" '"hello"'
	soon "to the end" "$T/server.log" '^close = 0'
	same "getsockname, before and after" 2 \
		"$(grep -c "^getsockname $(quoted "$here"):$port = 0" "$T/server.log")"

	start server peer "$P/sock" $tcp bind "$there:80" listen 5 accept-from stay
	await_listener 80 peer
	mended_sock "$rules" $tcp bind "$here:$((port - 3000))" daemon connect "$there:80" close >"$T/log" 2>&1
	soon "the peer accepted" "$T/server.out" '^accept-from'
	lacks "another port" "$T/server.out" "^accept-from .*:$((port - 3000)) ="
	stop server
done
