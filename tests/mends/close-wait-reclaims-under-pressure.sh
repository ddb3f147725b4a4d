#!/bin/sh
# A leaky server with 20 descriptors: bare, it is full after a few clients;
# with reclaim = pressure it serves on.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "leak" { close_wait { after = 50ms half_close = ignore reclaim = pressure } }'
# shellcheck disable=SC2046
set -- "$P/sock" tcp4 bind $HERE:5000 listen 50 $(repeated 40 use 0 accept send hello recv 64) stay

client()
{
	peer timeout $((10 * PATIENCE)) "$P/sock" tcp4 connect $HERE:5000 recv 5 close |
		grep -q '"hello"'
}

start bare prlimit --nofile=20 "$@"
await_listener 5000
served=0
while [ $served -lt 40 ] && client; do
	served=$((served + 1))
done
has "bare: full" "$T/bare.out" '^accept = -1 EMFILE'
between "bare: some were served" 5 20 $served
stop bare
wait_until 20 no_socket 5000

start mended mended "$rules" prlimit --nofile=20 "$@"
await_listener 5000
for each in $(seq 30); do
	client || fail "client $each was not served"
	wait_until 20 not_in_close_wait 5000 || fail "not ended"
done
lacks "no EMFILE" "$T/mended.out" 'EMFILE'
event "recorded" 'fd-reclaimed rule leak'
between "only under pressure" 14 19 "$(sed -n 's/^accept = //p' "$T/mended.out" | sort -n | tail -n 1)"
