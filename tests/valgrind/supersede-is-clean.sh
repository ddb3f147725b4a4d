#!/bin/sh
# memcheck and helgrind on a program whose queue and older connections the
# watch task looks at while it accepts, reads and closes.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/valgrind.sh"
rules='rule "all" { supersede { after = 50ms } set { tcp_nodelay = yes tcp_congestion = "reno"
	so_linger = 1s so_priority = 3 } override = yes self_connect = refuse }'

port=5000
for tool in memcheck helgrind; do
	port=$((port + 1))
	# shellcheck disable=SC2046
	start server checked_by $tool "$rules" "$P/sock" tcp4 bind $HERE:$port listen 20 \
		$(repeated 4 use 0 accept set TCP_CONGESTION cubic recv 64 close) \
		use 0 accept use 0 accept use 5 recv 64 close
	await_listener $port
	# shellcheck disable=SC2046
	start clients peer "$P/sock" $(repeated 6 tcp4 connect $HERE:$port) stay
	reap_within 60 server || fail "$tool: $(cat "$T/server.err")"
	same "$tool: all but the last were ended" 5 "$(grep -c '^recv 64 = 0' "$T/server.out")"
	event "$tool: by a newer one" "superseded rule all .*:$port <- .*: by a newer"
	stop clients
done
