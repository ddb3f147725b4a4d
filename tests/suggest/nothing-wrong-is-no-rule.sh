#!/bin/sh
# A program that is well gets a file without a rule, which says so; so does one
# that closes its CLOSE_WAIT connections itself, a little late.
. "$(dirname "$0")/../lib/suggest.sh"
start server sock tcp4 bind $HERE:5000 listen 5 accept recv 64 sleep 1 close stay
await_listener 5000
suggest --time 500ms "$(pid_of server)"
same "no rule" 0 "$(rules_suggested)"
has "it says so" "$T/rules.conf" '^# Nothing was seen that a rule would help'
lacks "comments alone" "$T/rules.conf" '^[^#]'

start client peer "$P/sock" tcp4 connect $HERE:5000 close
suggest --time 4s "$(pid_of server)"
same "closed late is no leak" 0 "$(rules_suggested)"
