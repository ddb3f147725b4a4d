#!/bin/sh
# supersede: while what the older connection sent waits unread it is not ended;
# what the program still sends is delivered, a second end does not come, and
# idle.escalate resets a connection that is not closed.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "s" { supersede { after = 300ms } }'
escalates='rule "e" { supersede { after = 300ms } idle { timeout = 1h escalate = 300ms } }'

watch_wire tcp
start server mended_sock "$rules" tcp4 bind $HERE:5000 listen 5 accept accept use 1 \
	await "$T/go" recv 3 recv 64 await "$T/answer" send world recv 64 recv 64 \
	close stay
await_listener 5000
start old peer "$P/sock" tcp4 connect $HERE:5000 send hello recv 64 recv 64 stay
soon "called" "$T/old.out" '^send hello'
start new peer "$P/sock" tcp4 connect $HERE:5000 stay
soon "both are served" "$T/server.out" '^accept = 5'
touch "$T/go"
event "superseded once it was read" "\[$(pid_of server)\] fd 4 superseded rule s"
touch "$T/answer"
soon "closed" "$T/server.out" '^close = 0'
same "all of it, then the end, for good" 'recv 3 "hel" = 3
recv 64 "lo" = 2
send world = 5
recv 64 = 0
recv 64 = 0
close = 0' "$(sed -n '/^recv/,$p' "$T/server.out")"
soon "delivered" "$T/old.out" '^recv 64 "world" = 5'
soon "and the end of it" "$T/old.out" '^recv 64 = (0|-1 ECONNRESET)'
same "one end" 1 "$(events | grep -c superseded)"
socket_is established 5000 || fail "the newer one is gone"

start stubborn mended_sock "$escalates" tcp4 bind $HERE:5001 listen 5 accept accept use 1 recv 64 stay
await_listener 5001
start old1 peer "$P/sock" tcp4 connect $HERE:5001 recv 64 stay
soon "called" "$T/old1.out" '^connect'
start new1 peer "$P/sock" tcp4 connect $HERE:5001 stay
soon "the program reads 0" "$T/stubborn.out" '^recv 64 = 0'
soon "and does not close: the peer is told" "$T/old1.out" '^recv 64 = -1 ECONNRESET'
event "escalated" "\[$(pid_of stubborn)\] fd 4 idle-escalated rule e"
no_event "the newer one is let alone" "\[$(pid_of stubborn)\] fd 5 (superseded|idle)"
