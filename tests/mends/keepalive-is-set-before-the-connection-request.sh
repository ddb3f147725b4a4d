#!/bin/sh
# On connect the options stand before the SYN leaves; user_timeout = auto is
# idle + interval * probes.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "alive" { keepalive { idle = 7s interval = 3s probes = 4 user_timeout = auto } }'
values="get SO_KEEPALIVE get TCP_KEEPIDLE get TCP_KEEPINTVL get TCP_KEEPCNT get TCP_USER_TIMEOUT"
ours='setsockopt(3, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0
setsockopt(3, SOL_TCP, TCP_KEEPCNT, [4], 4) = 0
setsockopt(3, SOL_TCP, TCP_KEEPIDLE, [7], 4) = 0
setsockopt(3, SOL_TCP, TCP_KEEPINTVL, [3], 4) = 0
setsockopt(3, SOL_TCP, TCP_USER_TIMEOUT, [19000], 4) = 0'

for family in 4 6 mapped; do
	use_family $family
	start server peer "$P/sock" $tcp bind "$there:80" listen 50 stay
	await_listener 80 peer
	# shellcheck disable=SC2086
	same "bare" "get SO_KEEPALIVE 0 = 0
get TCP_KEEPIDLE 7200 = 0
get TCP_KEEPINTVL 75 = 0
get TCP_KEEPCNT 9 = 0
get TCP_USER_TIMEOUT 0 = 0" "$(sock $tcp connect "$there:80" $values | tail -n 5)"
	# shellcheck disable=SC2086
	same "mended" "get SO_KEEPALIVE 1 = 0
get TCP_KEEPIDLE 7 = 0
get TCP_KEEPINTVL 3 = 0
get TCP_KEEPCNT 4 = 0
get TCP_USER_TIMEOUT 19000 = 0" \
		"$(mended_sock "$rules" $tcp connect "$there:80" $values | tail -n 5)"
	start client mended_sock "$rules" $tcp connect "$there:80" stay
	soon "connected" "$T/client.out" 'connect .* = 0'
	sockets 80 >"$T/ss"
	has "ss: the timer runs" "$T/ss" 'timer:\(keepalive,[67]'
	stop client
	calls_of setsockopt,connect mended_sock "$rules" $tcp connect "$there:80" >"$T/order"
	same "before it, in any order, $family" "$ours" "$(head -n 5 "$T/order" | LC_ALL=C sort)"
	has "connect comes last" "$T/order" '^connect'
	same "and nothing after it" connect "$(tail -n 1 "$T/order" | sed 's/(.*//')"
	same "each once" 6 "$(wc -l <"$T/order")"
	stop server
done
event "it is recorded" "options-set rule alive $FROM:[0-9]+ -> $PEER:80"
