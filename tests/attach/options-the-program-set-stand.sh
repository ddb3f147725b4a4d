#!/bin/sh
# attach sets an option that still has the kernel's default, and leaves one the
# program has set: on a client and on a listener, with times and sizes. With
# override = yes the rule wins.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/attach.sh"
start server peer "$P/sock" tcp4 bind $PEER:6000 listen 5 accept accept stay
await_listener 6000 peer

options="get TCP_KEEPIDLE get TCP_KEEPINTVL get SO_KEEPALIVE get TCP_NODELAY get IP_TTL"
# shellcheck disable=SC2086
start client sock tcp4 connect $PEER:6000 set TCP_KEEPIDLE 7 set TCP_NODELAY 1 \
	set SO_SNDBUF 30000 get SO_SNDBUF $options touch "$T/set" await "$T/attached" \
	get SO_SNDBUF $options touch "$T/left" await "$T/overridden" $options stay
start listener sock tcp4 set TCP_USER_TIMEOUT 9000 bind $HERE:5000 listen 5 stay
await_listener 5000
wait_until 20 test -e "$T/set" || fail "not connected"
rule='keepalive { idle = 60s  interval = 11s  user_timeout = 70s }
	set { tcp_nodelay = no  so_sndbuf = 100000  ip_ttl = 33 }'
"$B/sockmendctl" attach -r "$rule" "$(pid_of client)" >"$T/attach.out" 2>&1 || fail attach
touch "$T/attached"
wait_until 20 test -e "$T/left" || fail "the client ended"
values() { sed -n 's/^get //p' "$T/client.out"; }
values | sed -n 1p >"$T/sndbuf.before"
same "its buffer" "$(cat "$T/sndbuf.before")" "$(values | sed -n 7p)"
has "its own time stands" "$T/client.out" '^get TCP_KEEPIDLE 7 = 0$'
lacks "it was not changed" "$T/client.out" '^get TCP_KEEPIDLE 60 = 0$'
has "what it left to the kernel is set" "$T/client.out" '^get TCP_KEEPINTVL 11 = 0$'
has "and that" "$T/client.out" '^get IP_TTL 33 = 0$'
has "and probes are on" "$T/client.out" '^get SO_KEEPALIVE 1 = 0$'
lacks "its TCP_NODELAY stands" "$T/client.out" '^get TCP_NODELAY 0 = 0$'
event "what stands is named" 'override-kept rule -r 1 .*: TCP_KEEPIDLE SO_SNDBUF TCP_NODELAY: as the program set it'

"$B/sockmendctl" attach -r "override = yes $rule" "$(pid_of client)" >"$T/attach.out" 2>&1 || fail attach
touch "$T/overridden"
soon "with override = yes the rule wins" "$T/client.out" '^get TCP_KEEPIDLE 60 = 0$'
soon "for all" "$T/client.out" '^get TCP_NODELAY 0 = 0$'

"$B/sockmendctl" attach -r "$rule" "$(pid_of listener)" >"$T/attach.out" 2>&1 || fail attach
has "a listener's too" "$T/attach.out" 'override-kept .* 10\.9\.0\.1:5000: TCP_USER_TIMEOUT: as'
has "beside what is set" "$T/attach.out" 'options-set .*:5000: TCP_KEEPIDLE=60 TCP_KEEPINTVL=11'
lacks "and not that" "$T/attach.out" 'TCP_USER_TIMEOUT='
