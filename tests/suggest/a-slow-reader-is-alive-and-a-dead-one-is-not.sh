#!/bin/sh
# A display takes nothing more and its window is zero, but it answers the
# probes: no rule. Its cable is cut: suggest names ack_timeout, and nothing that
# would end a live one.
. "$(dirname "$0")/../lib/suggest.sh"
start writer bare "$B/examples/writer" $WILD
await_listener $WILD
start display peer "$P/sock" tcp4 connect $HERE:$WILD stay
waits() { ss -Htno state established "sport = :$WILD" | grep -q persist; }
wait_until 30 waits || fail "it does not wait: $(sockets $WILD)"
long() { ss -Htnio "sport = :$WILD" | grep -Eq 'lastsnd:([5-9]|[1-9][0-9])[0-9]{3}'; }
wait_until 60 long || fail "no time passes"
suggest --time 2s "$(pid_of writer)"
same "no rule" 0 "$(rules_suggested)"
has "why" "$T/rules.conf" 'it is alive and reads slowly'
lacks "no end for it" "$T/rules.conf" 'user_timeout|ack_timeout'

cut_cable
dead() { ss -Htnio "sport = :$WILD" | grep -Eq 'unacked:[1-9]' && ss -Htnio "sport = :$WILD" | grep -Eq 'backoff:[3-9]'; }
wait_until 60 dead || fail "nothing is outstanding: $(ss -Htnio "sport = :$WILD")"
found() { suggest --time 500ms "$(pid_of writer)"; grep -q ack_timeout "$T/rules.conf"; }
wait_until 60 found || fail "not found: $(cat "$T/rules.conf"; ss -Htnio "sport = :$WILD")"
has "the evidence" "$T/rules.conf" '# proof: 1 connection with data to send'
has "the rule" "$T/rules.conf" '^	keepalive \{ ack_timeout = [0-9]+s \}$'
same "one rule" 1 "$(rules_suggested)"
