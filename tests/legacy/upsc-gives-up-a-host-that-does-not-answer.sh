#!/bin/sh
# upsc asks a host that does not answer. Bare, connect() waits for all of the
# kernel's SYN retransmissions; connect_timeout ends it with ETIMEDOUT, and the
# event says so.
. "$(dirname "$0")/../lib/net.sh"
needs upsc
rules='rule "ups" { direction = connect connect_timeout = 2s }'

cut_cable
start bare bare upsc rack@$PEER
start mended mended "$rules" upsc rack@$PEER
reap_within 20 mended
same "it fails" 1 $?
has "and says why" "$T/mended.err" 'Connection timed out'
event "told" "upsc\[$(pid_of mended)\] fd [0-9]+ connect-timed-out rule ups .* -> $PEER:3493"
running bare || fail "bare, it ended: $(cat "$T/bare.err")"
ss -Htno state syn-sent "dport = :3493" | grep -q . || fail "bare, it does not connect"
