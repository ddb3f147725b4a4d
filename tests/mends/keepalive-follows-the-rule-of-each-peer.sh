#!/bin/sh
# Where a rule, or one before it, looks at the peer, each accepted connection
# gets what its own peer calls for.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "four" { peer = {"10.9.0.2"} keepalive { idle = 7s } }
rule "six" { peer = {"[fd09::]/16"} keepalive { idle = 9s user_timeout = off } }
rule "rest" { keepalive { idle = 11s user_timeout = 1234ms } }'

sysctl -qw net.ipv4.tcp_max_tw_buckets=0
for verb in accept accept4 accept-from; do
	start server mended_sock "$rules" tcp6 bind "[::]:5000" listen 5 \
		$verb get TCP_KEEPIDLE use 0 $verb get TCP_KEEPIDLE get TCP_USER_TIMEOUT \
		use 0 $verb get TCP_KEEPIDLE get TCP_USER_TIMEOUT get SO_KEEPALIVE close
	await_listener 5000
	peer "$P/sock" tcp4 connect $HERE:5000 close >/dev/null
	peer "$P/sock" tcp6 connect "[$HERE6]:5000" close >/dev/null
	sock tcp4 connect 127.0.0.1:5000 close >/dev/null
	reap_within 20 server
	same "$verb: four, six, rest" "get TCP_KEEPIDLE 7 = 0
get TCP_KEEPIDLE 9 = 0
get TCP_USER_TIMEOUT 0 = 0
get TCP_KEEPIDLE 11 = 0
get TCP_USER_TIMEOUT 1234 = 0
get SO_KEEPALIVE 1 = 0" "$(grep '^get' "$T/server.out")"
	wait_until 20 no_socket 5000
done
# A rule that names an address of ours, and a listener that is bound to all.
start server mended_sock 'rule "here" { local = {"10.9.0.1:5001"} keepalive { idle = 7s } }
	rule "loopback" { local = {"127.0.0.0/8", "[::1]"} keepalive { idle = 9s } }' \
	tcp6 bind "[::]:5001" listen 5 accept get TCP_KEEPIDLE use 0 accept get TCP_KEEPIDLE \
	use 0 accept get TCP_KEEPIDLE use 0 accept get SO_KEEPALIVE
await_listener 5001
peer "$P/sock" tcp4 connect $HERE:5001 close >/dev/null
sock tcp4 connect 127.0.0.1:5001 close >/dev/null
sock tcp6 connect "[::1]:5001" close >/dev/null
peer "$P/sock" tcp6 connect "[$HERE6]:5001" close >/dev/null
reap_within 20 server
same "by our own address" "get TCP_KEEPIDLE 7 = 0
get TCP_KEEPIDLE 9 = 0
get TCP_KEEPIDLE 9 = 0
get SO_KEEPALIVE 0 = 0" "$(grep '^get' "$T/server.out")"
event "recorded with the peer" 'options-set rule six \[fd09::1\]:5000 <- \[fd09::2\]:[0-9]+'
