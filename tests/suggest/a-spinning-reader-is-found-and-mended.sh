#!/bin/sh
# A loop that only understands errors burns a CPU at the end of file: suggest
# names eof, and with its file the next meter is heard.
. "$(dirname "$0")/../lib/suggest.sh"
start blindloop bare "$B/examples/blindloop" $WILD
await_listener $WILD
peer "$P/sock" tcp4 connect $HERE:$WILD close >/dev/null
wait_until 20 socket_is close-wait $WILD || fail "no CLOSE_WAIT"
suggest --time 2s "$(pid_of blindloop)"
has "the evidence" "$T/rules.conf" 'proof: .*its end'
has "the mend" "$T/rules.conf" '^	eof \{ spin_limit = 100  answer = reset \}$'
same "one rule" 1 "$(rules_suggested)"
stop blindloop KILL

start blindloop sockmend "$B/examples/blindloop" $WILD
await_listener $WILD
peer "$P/sock" tcp4 connect $HERE:$WILD close >/dev/null
printf 'report\n' >"$T/report"
start meter peer sh -c "timeout $((20 * PATIENCE)) socat -t5 - TCP:$HERE:$WILD <$T/report"
soon "the next one is heard" "$T/meter.out" noted
