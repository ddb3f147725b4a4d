#!/bin/sh
# Data that nobody acknowledges, and a zero window that never opens, end after
# user_timeout; bare they hold the program for many minutes, or for ever.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "a" { keepalive { idle = 1s interval = 1s probes = 1 user_timeout = auto } }' # auto: 2s

# Two writers whose data goes into a peer that does not read.
start silent peer "$P/sock" tcp4 bind $PEER:80 listen 5 stay
# Two whose cable is cut once they are connected.
start gone peer "$P/sock" tcp4 bind $PEER:81 listen 5 stay
await_listener 80 peer
await_listener 81 peer

start bare.window sock timed tcp4 connect $PEER:80 pour 50000000
start mended.window mended_sock "$rules" timed sigpipe tcp4 connect $PEER:80 pour 50000000
reap_within 30 mended.window
has "zero window: ended" "$T/mended.window.out" '^pour .* = -1 ETIMEDOUT'
lacks "zero window: no signal" "$T/mended.window.out" SIGPIPE
lacks "zero window, bare: still waiting" "$T/bare.window.out" '^pour'
running bare.window || fail "bare: it ended"

for run in bare mended; do
	how=sock
	[ $run = bare ] || how="mended_sock"
	set -- $how
	[ $run = bare ] || set -- "$@" "$rules"
	start $run.cut "$@" timed tcp4 connect $PEER:81 await "$T/cut" send hello recv 64
	soon "connected" "$T/$run.cut.out" '^connect .* = 0'
done
cut_cable
touch "$T/cut"
reap_within 30 mended.cut
has "unacknowledged: ended" "$T/mended.cut.out" '^recv 64 = -1 (ETIMEDOUT|EHOSTUNREACH)'
lacks "unacknowledged, bare: still waiting" "$T/bare.cut.out" '^recv'
socket_is established 81 || fail "bare: the kernel holds it"
