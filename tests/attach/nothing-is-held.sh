#!/bin/sh
# Between two looks attach holds no descriptor of the program: when the program
# closes a connection its peer sees the end at once, and a listener that was
# closed is free at once.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/attach.sh"
needs strace
start server sock tcp4 bind $HERE:5000 listen 5 accept touch "$T/one" \
	await "$T/close" close stay
await_listener 5000
start client peer "$P/sock" tcp4 connect $HERE:5000 recv 1 stay
wait_until 20 test -e "$T/one" || fail "not accepted"

# What it takes it gives back before it does anything else with the program.
start attach strace -D -qq -o "$T/trace" \
	-e trace=pidfd_getfd,close,getsockopt,setsockopt,shutdown,connect,poll \
	"$B/sockmendctl" attach --watch -r 'idle { timeout = 1h } keepalive { idle = 100s }' "$(pid_of server)"
event "options are set" 'fd 4 options-set'
soon "it looks again" "$T/trace" '^poll\(.*, 1, [0-9]+\) += 0 \(Timeout\)'
attached=$(pid_of attach)
# It has a socket of its own, to know what a new one has.
sockets_of() { ls -l "/proc/$1/fd" | sed -n 's/.*socket:/socket:/p' | sort; }
sockets_of "$attached" >"$T/attached.sockets"
sockets_of "$(pid_of server)" >"$T/server.sockets"
same "no socket of the program in its hands" "" \
	"$(comm -12 "$T/attached.sockets" "$T/server.sockets")"
touch "$T/close"
soon "the peer sees it closed" "$T/client.out" 'recv 1 = 0'
socket_is close-wait 5000 peer || socket_is last-ack 5000 peer ||
	fail "$(peer ss -Htan)"
stop attach
trace_done "$T/trace"
awk '
/^pidfd_getfd\(.*= [0-9]+$/ { if (held) bad = bad $0 "\n"; held = $NF }
/^poll\(.*, [0-9]+, [1-9]/ { if (held) bad = bad "waits holding " held "\n" }
/^close\(/ { split($0, part, /[()]/); if (part[2] == held) held = "" }
END { printf "%s", bad; if (held) print "kept " held }
' "$T/trace" >"$T/bad"
same "each is given back before the next, and before any wait" "" "$(cat "$T/bad")"
has "some were taken" "$T/trace" '^pidfd_getfd\(.*= [0-9]+$'
