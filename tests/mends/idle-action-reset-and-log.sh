#!/bin/sh
# action = reset looks like a real RST at once; action = log only tells, and
# mode = observe too: the connection goes on.
. "$(dirname "$0")/../lib/net.sh"
port=5000

server()
{
	name=$1
	port=$((port + 1))
	rules=$2
	shift 2
	start "$name" mended_sock "$rules" "$@"
	await_listener $port
	start "$name.peer" peer "$P/sock" tcp4 connect $HERE:$port await "$T/go" send hello recv 64 stay
}

watch_wire tcp
server reset 'rule "r" { idle { timeout = 300ms action = reset } }' sigpipe \
	tcp4 bind $HERE:5001 listen 5 accept recv 64 recv 64 send x close
server polled 'rule "r" { idle { timeout = 300ms action = reset } }' \
	tcp4 bind $HERE:5002 listen 5 accept4 poll 20000 recv 64 close
server log 'rule "l" { idle { timeout = 300ms action = log } }' \
	tcp4 bind $HERE:5003 listen 5 accept recv 64 send hello stay
server observe 'mode = observe
	rule "o" { idle { timeout = 300ms action = reset escalate = 100ms } }' \
	tcp4 bind $HERE:5004 listen 5 accept recv 64 send hello stay
event "reset" "\[$(pid_of reset)\] fd 4 idle-ended rule r"
event "log" "\[$(pid_of log)\] fd 4 idle-ended rule l"
event "observe" "\[$(pid_of observe)\] fd 4 would idle-ended rule o"
reap_within 20 reset
reap_within 20 polled
has "reset: as a real one" "$T/reset.out" '^recv 64 = -1 ECONNRESET'
has "then the end" "$T/reset.out" '^recv 64 = 0'
has "polled" "$T/polled.out" '^poll .*HUP'
has "polled" "$T/polled.out" '^recv 64 = -1 ECONNRESET'
soon "a RST on the wire" "$T/wire" '\.5001 > .*Flags \[R\.?\]'
socket_is established 5001 && fail "reset: the connection is not gone"
touch "$T/go"
for name in log observe; do
	soon "$name: it goes on" "$T/$name.out" '^recv 64 "hello" = 5'
	soon "$name: both ways" "$T/$name.peer.out" '^recv 64 "hello" = 5'
done
no_event "observe does nothing" "\[$(pid_of observe)\] fd 4 idle-"
