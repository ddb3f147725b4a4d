#!/bin/sh
# The library inside a program under memcheck: every mend once, with the
# watch task at work; no error, no leak.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "all" {
	ephemeral_port = yes reuse_address = yes errors = eof
	keepalive { idle = 1s interval = 1s probes = 2 }
	eof { spin_limit = 3 answer = reset }
	idle { timeout = 400ms escalate = 200ms }
	close_wait { after = 100ms half_close = ignore reclaim = yes }
}'

memcheck()
{
	$exec env LD_PRELOAD="$B/libsockmend.so" \
		SOCKMEND_POLICY="$(cat "$(policy "$rules")")" \
		valgrind -q --error-exitcode=99 --leak-check=full \
		--show-leak-kinds=definite,possible \
		--errors-for-leak-kinds=definite,possible "$@"
}

start idle memcheck "$P/sock" tcp4 bind $HERE:5000 getsockname listen 5 \
	accept recv 64 close use 0 accept await "$T/escalated" recv 64 close \
	use 0 accept repeat 9 recv 64 sleep 1000 use 0 accept close
await_listener 5000
start quiet peer "$P/sock" tcp4 connect $HERE:5000 recv 64 close \
	tcp4 connect $HERE:5000 recv 64 touch "$T/escalated" close \
	tcp4 connect $HERE:5000 close sleep 1500 tcp4 connect $HERE:5000 stay
reap_within 60 idle || fail "memcheck: $(cat "$T/idle.err")"
event "it was ended" 'idle-ended'
event "it escalated" 'idle-escalated'
event "it spun" 'eof-spin'

start server peer "$P/sock" tcp6 bind "[$PEER6]:80" listen 5 accept stay
await_listener 80 peer
start client memcheck "$P/sock" tcp6 bind "[::]:1025" getsockname fork connect "[$PEER6]:80" \
	getsockname set TCP_NODELAY 1 dup2 9 dup recv 64 close
reap_within 60 client || fail "memcheck: $(cat "$T/client.err")"
has "it ended there too" "$T/client.out" '^recv 64 = 0'
