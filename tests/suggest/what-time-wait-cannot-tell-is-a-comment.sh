#!/bin/sh
# TIME_WAIT belongs to nobody: a fixed port that was called from, and a
# listener's port that lingers, are comments; the rule in them is well.
. "$(dirname "$0")/../lib/suggest.sh"
keep_time_wait
# shellcheck disable=SC2046
start server peer "$P/sock" tcp4 bind $PEER:6000 listen 5 accept recv 64 close stay
await_listener 6000 peer
start client sock tcp4 await "$T/never"
sock tcp4 bind $HERE:1026 connect $PEER:6000 close >/dev/null
wait_until 20 socket_is time-wait 1026 || fail "no TIME_WAIT"
suggest --time 300ms "$(pid_of client)"
same "no rule" 0 "$(rules_suggested)"
has "the evidence" "$T/rules.conf" "^# $HERE:1026 - $PEER:6000 is in TIME_WAIT"
sed -n 's/^# \(rule .*\)/\1/p' "$T/rules.conf" >"$T/taken.conf"
has "the rule" "$T/taken.conf" 'program = "sock"  direction = connect  ephemeral_port = yes'
"$B/sockmendctl" check "$T/taken.conf" >"$T/check.out" 2>&1 || fail "$(cat "$T/check.out")"

start lingering sock tcp4 bind $HERE:5000 listen 5 accept close stay
await_listener 5000
peer "$P/sock" tcp4 connect $HERE:5000 recv 64 close >/dev/null
wait_until 20 socket_is time-wait 5000 || fail "no TIME_WAIT"
suggest --time 300ms "$(pid_of lingering)"
has "said" "$T/rules.conf" 'TIME_WAIT stand on a port that is'
has "what to do" "$T/rules.conf" 'reuse_address = yes'

# One that ends meanwhile; on a busy machine it may have ended before.
for seconds in 1 4 16 64; do
	start short sleep $seconds
	"$B/sockmendctl" suggest --time $((seconds * 3))s "$(pid_of short)" \
		>"$T/rules.conf" 2>"$T/suggest.err" && break
	has "only that it is too late" "$T/suggest.err" 'no such process'
done
has "said" "$T/rules.conf" '^# It ended while it was watched'
