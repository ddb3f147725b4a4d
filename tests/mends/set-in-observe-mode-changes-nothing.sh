#!/bin/sh
# mode = observe: what would be set is recorded, at the bind, the connect and
# on the listener, and not one call of ours sets anything; override too.
. "$(dirname "$0")/../lib/net.sh"
rules='mode = observe
rule "o" { set { tcp_nodelay = yes so_linger = 5s so_reuseport = yes so_priority = 3 } override = yes }'

start there peer "$P/sock" tcp4 bind $PEER:80 listen 50 stay
await_listener 80 peer
calls_of setsockopt,bind,connect,listen mended_sock "$rules" \
	tcp4 bind $HERE:5000 listen 5 tcp4 connect $PEER:80 set SO_LINGER 7 get SO_LINGER >"$T/order"
same "the program's own calls" "bind listen connect setsockopt" \
	"$(sed 's/(.*//' "$T/order" | xargs)"
has "its option is set" "$T/traced.out" '^get SO_LINGER 7 = 0'
event "at the bind" "would options-set rule o $HERE:5000: SO_REUSEPORT=1"
event "on the listener" "would options-set rule o $HERE:5000: SO_LINGER=5 TCP_NODELAY=1$"
event "before the connect" 'would options-set rule o .*:80: SO_LINGER=5 TCP_NODELAY=1 SO_PRIORITY=3$'
event "the loser" "would override-kept rule o .*the rule's SO_LINGER stands"
no_event "nothing was done" 'fd [0-9]+ (options-set|override-kept|mend-failed)'
