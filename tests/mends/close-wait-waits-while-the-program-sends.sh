#!/bin/sh
# A program that is still sending its reply to a half-closed peer is not
# silent: even half_close = ignore lets it finish.
. "$(dirname "$0")/../lib/net.sh"
rules="rule \"i\" { close_wait { after = $(after 600)ms half_close = ignore } }"

# shellcheck disable=SC2046
start server mended_sock "$rules" tcp4 bind $HERE:5000 listen 5 accept recv 64 recv 64 \
	$(repeated 20 send reply sleep 100) stay
await_listener 5000
start client peer "$P/sock" tcp4 connect $HERE:5000 send ask shutdown wr recv-waitall 100 recv 64
soon "all of the reply" "$T/client.out" '^recv-waitall 100 ".*" = 100'
same "every send went out" 20 "$(grep -c '^send reply = 5' "$T/server.out")"
event "and then it was ended" 'close-wait-ended rule i'
reap_within 20 client
