#!/bin/sh
# Two writers with full buffers: one peer answers window probes with its window
# shut, the other one's cable is cut. ack_timeout ends the second as a reset and
# leaves the first alone, though both have acknowledged no data for longer.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "writer" { keepalive { ack_timeout = 2s } }'

# pour NAME PORT bare|mended…: a server that fills both ends' buffers and then
# waits in a read.
pour()
{
	name=$1 port=$2
	shift 2
	start "$name" "$@" tcp4 bind $HERE:$port listen 5 accept nonblock \
		pour 100000000 block recv 64 send more stay
	await_listener $port
	start "$name.peer" peer "$P/sock" tcp4 connect $HERE:$port await "$T/$name.go" \
		drain
	soon "$name: full" "$T/$name.out" '^pour'
}

# Not cut: the reader that stopped. On loopback too.
pour slow 5000 mended_sock "$rules"
# Longer than the timeout, as the kernel of the connection counts it.
acknowledged_nothing()
{
	ss -Htnoi "sport = :5000" | grep -Eq 'lastrcv:[4-9][0-9]{3}|lastsnd:[4-9][0-9]{3}'
}
wait_until 60 acknowledged_nothing || fail "the writer never waited"
no_event "a peer that answers is alive" "\[$(pid_of slow)\] .*(peer-dead|ended)"
running slow || fail "it was ended"
socket_is established 5000 || fail "its connection is gone"
touch "$T/slow.go"
wait_until 30 sh -c "! ss -Htn 'sport = :5000' | grep -qE '^ESTAB +[0-9]+ +[1-9]'" ||
	fail "what was queued never arrived"

pour gone 5001 mended_sock "$rules"
pour bare 5002 sock
cut_cable
event "dead" "\[$(pid_of gone)\] fd 4 peer-dead rule writer .*: acknowledged nothing for [0-9]+ms; reset"
soon "as a reset" "$T/gone.out" '^recv 64 = -1 ECONNRESET'
lacks "bare it waits" "$T/bare.out" '^recv'
