#!/bin/sh
# A display takes nothing more and its window is zero, but it answers the
# probes: no rule. Another peer's cable is cut: suggest names
# ack_timeout, which ends no live one.
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

start sender sock tcp4 bind $HERE:6001 listen 5 accept touch "$T/accepted" await "$T/cut" send data stay
await_listener 6001
start reader peer "$P/sock" tcp4 connect $HERE:6001 stay
wait_until 20 test -e "$T/accepted" || fail "not accepted"
cut_cable
touch "$T/cut"
found() { suggest --time 500ms "$(pid_of sender)"; grep -q ack_timeout "$T/rules.conf"; }
wait_until 60 found || fail "not found: $(cat "$T/rules.conf"; ss -Htnio 'sport = :6001')"
has "the evidence" "$T/rules.conf" '# proof: 1 connection with data to send'
has "the rule" "$T/rules.conf" '^	keepalive \{ ack_timeout = [0-9]+s \}$'
same "one rule" 1 "$(rules_suggested)"
