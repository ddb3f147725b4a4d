#!/bin/sh
# A program that does not read, or does not close: after `escalate` the
# connection is reset, and the peer knows.
. "$(dirname "$0")/../lib/net.sh"
idle='timeout = 300ms'
port=5000

server()
{
	name=$1
	port=$((port + 1))
	shift
	start "$name" "$@"
	await_listener $port
	start "$name.peer" peer "$P/sock" tcp4 connect $HERE:$port recv 64 stay
}

server bare sock tcp4 bind $HERE:5001 listen 5 accept stay
server patient mended_sock "rule \"a\" { idle { $idle } }" \
	tcp4 bind $HERE:5002 listen 5 accept stay
server busy mended_sock "rule \"b\" { idle { $idle escalate = 700ms } }" \
	tcp4 bind $HERE:5003 listen 5 accept await "$T/reset" state recv 64 recv 64 close
server deaf mended_sock "rule \"c\" { idle { $idle escalate = 700ms } }" \
	tcp4 bind $HERE:5004 listen 5 accept recv 64 stay
server good mended_sock "rule \"d\" { idle { $idle escalate = 700ms } }" \
	tcp4 bind $HERE:5005 listen 5 accept recv 64 close stay
for name in busy deaf; do
	soon "$name: the peer is reset" "$T/$name.peer.out" '^recv 64 = -1 ECONNRESET'
	event "$name" "\[$(pid_of $name)\] fd 4 idle-ended"
	event "$name" "\[$(pid_of $name)\] fd 4 idle-escalated"
done
touch "$T/reset"
soon "busy: gone" "$T/busy.out" '^state CLOSE'
soon "busy: as a real reset looks" "$T/busy.out" '^recv 64 = -1 ECONNRESET'
soon "deaf: had been told" "$T/deaf.out" '^recv 64 = 0'
soon "good: closed" "$T/good.out" '^close = 0'
events >"$T/events"
lacks "who closes is left alone" "$T/events" "\[$(pid_of good)\].*idle-escalated"
lacks "no escalate, no reset" "$T/events" "\[$(pid_of patient)\].*idle-escalated"
lacks "patient: the peer is not told" "$T/patient.peer.out" '^recv'
lacks "bare: the peer is not told" "$T/bare.peer.out" '^recv'
