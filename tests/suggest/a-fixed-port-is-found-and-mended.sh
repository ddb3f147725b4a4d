#!/bin/sh
# A client always calls from port 1025 and cannot call twice in a minute:
# suggest names ephemeral_port, and with its file it can.
. "$(dirname "$0")/../lib/suggest.sh"
keep_time_wait
# shellcheck disable=SC2046
start server peer "$P/sock" tcp4 bind $PEER:6000 listen 5 \
	$(repeated 5 use 0 accept recv 64 close) stay
await_listener 6000 peer

start client sock tcp4 bind $HERE:1025 connect $PEER:6000 stay
soon "it calls" "$T/client.out" '^connect .* = 0'
suggest --time 500ms "$(pid_of client)"
has "the evidence" "$T/rules.conf" "# hint: 1 connection from a fixed source port"
has "the mend" "$T/rules.conf" '^# 	ephemeral_port = yes$'
same "once is no proof" 0 "$(rules_suggested)"
take_hints
has "for calls there" "$T/rules.conf" 'peer = \{"\*:6000"\}'
lacks "check has nothing to add" "$T/check.out" warning
stop client TERM

sock tcp4 bind $HERE:1026 connect $PEER:6000 close >"$T/bare.out"
wait_until 20 socket_is time-wait 1026 || fail "no TIME_WAIT"
sock tcp4 bind $HERE:1026 connect $PEER:6000 close >"$T/bare.out" 2>&1
has "bare it cannot call again" "$T/bare.out" 'EADDRINUSE'
for again in 1 2; do
	sockmend "$P/sock" tcp4 bind $HERE:1026 connect $PEER:6000 name close >"$T/mended.out" 2>&1
	has "mended it can" "$T/mended.out" "^connect $PEER:6000 = 0"
done
event "recorded" 'port-freed rule sock-to-6000'
