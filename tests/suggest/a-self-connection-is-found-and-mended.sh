#!/bin/sh
# A client is connected to itself: suggest names self_connect, and with its
# file the call is refused.
. "$(dirname "$0")/../lib/suggest.sh"
calls="tcp4 bind 127.0.0.1:40000 connect 127.0.0.1:40000"
# shellcheck disable=SC2086
start client sock $calls stay
soon "bare it is connected" "$T/client.out" '^connect .* = 0'
suggest --time 500ms "$(pid_of client)"
has "the evidence" "$T/rules.conf" '# proof: 1 connection connected to itself'
has "the mend" "$T/rules.conf" '^	self_connect = refuse$'
same "one rule" 1 "$(rules_suggested)"
stop client KILL
# shellcheck disable=SC2086
sockmend "$P/sock" $calls >"$T/mended.out" 2>&1
has "mended it is refused" "$T/mended.out" 'ECONNREFUSED'
