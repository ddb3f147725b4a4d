#!/bin/sh
# With -n everything is decided and recorded, as `would`, and nothing changed.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/attach.sh"
start server sock tcp4 bind $HERE:5000 listen 5 accept touch "$T/one" \
	accept touch "$T/two" recv 64 stay
await_listener 5000
start silent peer "$P/sock" tcp4 connect $HERE:5000 stay
wait_until 20 test -e "$T/one" || fail "not accepted"
start closed peer "$P/sock" tcp4 connect $HERE:5000 send x shutdown WR stay
wait_until 20 socket_is close-wait 5000 || fail "not in CLOSE_WAIT"
seen() { ss_of -Htaneo 'sport = :5000' | sed 's/timer:([^)]*)//; s/ *$//'; }
seen >"$T/before"

watch_over server -n -r 'idle { timeout = 300ms  escalate = 300ms }
	close_wait { after = 300ms  half_close = ignore }
	keepalive { idle = 100s }  set { tcp_nodelay = yes }'
event "idle" 'fd [0-9]+ would idle-ended rule -r 1'
event "escalated" 'fd [0-9]+ would idle-escalated'
event "options of the listener" "would options-set rule -r 1 $HERE:5000: TCP_KEEPIDLE=100 .*TCP_NODELAY=1"
event "closed" 'would (close-wait-ended|idle-ended)'
seen >"$T/after"
same "nothing changed" "$(cat "$T/before")" "$(cat "$T/after")"
lacks "no keepalive" "$T/after" keepalive
stop attach
has "marked" "$T/attach.out" ' would '
lacks "every event" "$T/attach.out" '\] fd [0-9]+ (idle|options|close)'
