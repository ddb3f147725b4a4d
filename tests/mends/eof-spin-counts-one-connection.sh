#!/bin/sh
# The count belongs to the connection: a server that reads 0 a few times on
# each of many, on the same descriptor number, spins on none.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "spin" { eof { spin_limit = 5 answer = reset } }'

set --
for _ in $(seq 8); do
	set -- "$@" use 0 accept repeat 3 recv 64 close
done
start server mended_sock "$rules" tcp4 bind $HERE:5000 listen 20 "$@"
await_listener 5000
for _ in $(seq 8); do
	peer "$P/sock" tcp4 connect $HERE:5000 close >/dev/null
done
reap_within 20 server
same "read to the end, three times each" 8 "$(grep -c 'recv 64 = 0 x3' "$T/server.out")"
same "each end is recorded" 8 "$(events | grep -c ' eof rule')"
no_event "nobody spins" eof-spin
