#!/bin/sh
# A program that reads its end of file from a stream and closes that: its
# vanished peer's 4-tuple is free at once, as after close().
. "$(dirname "$0")/../lib/net.sh"

for how in close fclose; do
	start $how mended_sock 'rule "a" { idle { timeout = 300ms } }' \
		tcp4 bind $HERE:5000 listen 5 accept touch "$T/$how.accepted" \
		recv 64 $how use 0 close stay
	await_listener 5000
	start $how.peer peer "$P/sock" tcp4 connect $HERE:5000 stay
	wait_until 20 test -e "$T/$how.accepted" || fail "$how: not accepted"
	cut_cable
	soon "$how: it reads the end" "$T/$how.out" "^close = 0"
	same "$how: no connection is left here" "" "$(sockets 5000)"
	stop $how
	stop $how.peer KILL
	heal_cable
done
