#!/bin/sh
# A server's options are set on the listener: accepted connections inherit
# them, and an accept costs no system call more. Where the program wants no name
# of its peer, accept() gives it to us: the events need it.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "alive" { direction = accept keepalive { idle = 7s interval = 3s probes = 4 user_timeout = auto } }'

# The strace of a server that serves one client, up to the end.
serve()
{
	start server traced "$T/trace" all "$@" $tcp bind "$any:5000" listen 5 \
		accept recv 9 get SO_KEEPALIVE get TCP_KEEPIDLE \
		get TCP_USER_TIMEOUT close
	await_listener 5000
	peer "$P/sock" $tcp connect "$here:5000" close >"$T/client.out"
	reap_within 20 server
	trace_done "$T/trace"
	sed -n "s/^$(pid_of server) *//p" "$T/trace" >"$T/calls"
}

for family in 4 6 mapped; do
	use_family $family
	serve sock
	has "bare: off" "$T/server.out" 'get SO_KEEPALIVE 0 = 0'
	sed -n '/^accept/,/^close/p' "$T/calls" | grep -v '^write\|^getsockopt(4' |
		sed 's/^accept(3, .*)  *= /accept(3) = /; s/htons([0-9]*)/PORT/' >"$T/bare"
	wait_until 20 no_socket 5000
	no_time_wait

	serve mended_sock "$rules"
	has "on" "$T/server.out" 'get SO_KEEPALIVE 1 = 0'
	has "idle" "$T/server.out" 'get TCP_KEEPIDLE 7 = 0'
	has "user timeout" "$T/server.out" 'get TCP_USER_TIMEOUT 19000 = 0'
	sed -n '/^accept/,/^close/p' "$T/calls" | grep -v '^write\|^getsockopt(4' |
		sed 's/^accept(3, .*)  *= /accept(3) = /; s/htons([0-9]*)/PORT/' >"$T/mended"
	same "the calls from accept on, $family" "$(cat "$T/bare")" "$(cat "$T/mended")"
	sed -n '/^socket/,/^listen/p' "$T/calls" >"$T/before"
	has "set on the listener" "$T/before" 'setsockopt\(3, SOL_TCP, TCP_KEEPIDLE, \[7\]'
	same "listen comes after" listen "$(tail -n 1 "$T/before" | sed 's/(.*//')"
done
number "accept, inheritable options: 0 system calls over bare (bound 0)"
