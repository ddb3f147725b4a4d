#!/bin/sh
# Where a rule, or one before it, looks at the peer, each accepted connection
# gets what its own peer calls for.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "four" { peer = {"'$PEER'"} keepalive { idle = 7s } }
rule "six" { peer = {"'$RULE_NET6'"} keepalive { idle = 9s user_timeout = off } }
rule "rest" { keepalive { idle = 11s user_timeout = 1234ms } }'

port=5000
for verb in accept accept4 accept-from; do
	port=$((port + 1))
	start server mended_sock "$rules" tcp6 bind "[$ANY6]:$port" listen 5 \
		$verb get TCP_KEEPIDLE use 0 $verb get TCP_KEEPIDLE get TCP_USER_TIMEOUT \
		use 0 $verb get TCP_KEEPIDLE get TCP_USER_TIMEOUT get SO_KEEPALIVE close
	await_listener $port
	peer "$P/sock" tcp4 connect $HERE:$port close >/dev/null
	peer "$P/sock" tcp6 bind "[$PEER6]:0" connect "[$HERE6]:$port" close >/dev/null
	sock tcp4 connect $HERE:$port close >/dev/null
	reap_within 20 server
	same "$verb: four, six, rest" "get TCP_KEEPIDLE 7 = 0
get TCP_KEEPIDLE 9 = 0
get TCP_USER_TIMEOUT 0 = 0
get TCP_KEEPIDLE 11 = 0
get TCP_USER_TIMEOUT 1234 = 0
get SO_KEEPALIVE 1 = 0" "$(grep '^get' "$T/server.out")"
done
# A rule that names an address of ours, and a listener that is bound to all (on a
# port that no other test has).
loopback6=::1 unnamed="[$HERE6]"
[ -n "$OWN_NET" ] || loopback6=::ffff:$LO unnamed="[::ffff:$NET.7]"
start server mended_sock 'rule "here" { local = {"'$HERE':4701"} keepalive { idle = 7s } }
	rule "loopback" { local = {"'$LO'", "[::1]"} keepalive { idle = 9s } }' \
	tcp6 bind "[::]:4701" listen 5 accept get TCP_KEEPIDLE use 0 accept get TCP_KEEPIDLE \
	use 0 accept get TCP_KEEPIDLE use 0 accept get SO_KEEPALIVE
await_listener 4701
peer "$P/sock" tcp4 connect $HERE:4701 close >/dev/null
sock tcp4 connect $LO:4701 close >/dev/null
sock tcp6 connect "[$loopback6]:4701" close >/dev/null
peer "$P/sock" tcp6 connect "$unnamed:4701" close >/dev/null
reap_within 20 server
same "by our own address" "get TCP_KEEPIDLE 7 = 0
get TCP_KEEPIDLE 9 = 0
get TCP_KEEPIDLE 9 = 0
get SO_KEEPALIVE 0 = 0" "$(grep '^get' "$T/server.out")"
event "recorded with the peer" "options-set rule six $SHOWN6:5003 <- $SHOWN_PEER6:[0-9]+"
