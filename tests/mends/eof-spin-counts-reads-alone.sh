#!/bin/sh
# What supersede keeps of a connection is no read: a program whose peer vanished
# reads the end four times and has not spun.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "both" { direction = accept errors = eof
	keepalive { idle = 1s interval = 1s probes = 1 }
	supersede { when = same_peer after = 60s }
	eof { spin_limit = 100 answer = reset } }'

start server mended_sock "$rules" tcp4 bind $HERE:5000 listen 5 \
	accept recv 64 recv 64 recv 64 recv 64 touch "$T/read" stay
await_listener 5000
start peer peer "$P/sock" tcp4 connect $HERE:5000 stay
soon "accepted" "$T/server.out" '^accept'
cut_cable
wait_until 30 test -e "$T/read" || fail "four reads"
same "the end, four times" 4 "$(grep -c '^recv 64 = 0$' "$T/server.out")"
no_event "it has not spun" 'eof-spin'
