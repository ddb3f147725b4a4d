#!/bin/sh
# Somebody took the port in between: listen() says so, the address stays, and
# the next listen() works once the port is free.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "free" { ephemeral_port = yes }'

for family in 4 6 mapped; do
	use_family $family
	rm -f "$T/go" "$T/again"
	start server mended_sock "$rules" $tcp bind "$here:5000" touch "$T/bound" \
		await "$T/go" listen 5 getsockname touch "$T/failed" \
		await "$T/again" listen 5 getsockname stay
	wait_until 20 test -e "$T/bound" || fail "not bound"
	start thief sock $tcp bind "$here:5000" listen 5 stay
	soon "the port is taken" "$T/thief.out" 'listen 5 = 0'
	touch "$T/go"
	wait_until 20 test -e "$T/failed" || fail "never listened"
	has "listen says so" "$T/server.out" 'listen 5 = -1 EADDRINUSE'
	has "the address is kept" "$T/server.out" "^getsockname $(quoted "$here"):5000 = 0"
	stop thief
	touch "$T/again"
	soon "it listens in the end" "$T/server.out" 'listen 5 = 0'
	await_listener 5000
	has "on the address asked for" "$T/server.out" "^getsockname $(quoted "$here"):5000 = 0"
	stop server
	rm -f "$T/bound" "$T/failed"
done
