#!/bin/sh
# Nobody says a word and no timer runs: suggest names keepalive, and with its
# file the kernel has one.
. "$(dirname "$0")/../lib/suggest.sh"
has_timer()
{
	ss -Htno state established "sport = :$1" | grep -q 'timer:(keepalive'
}

serve()
{
	start server "$@" tcp4 bind $HERE:5000 listen 5 accept stay
	await_listener 5000
	start client peer "$P/sock" tcp4 connect $HERE:5000 stay
	soon "served" "$T/server.out" '^accept = '
}

serve sock
suggest --time 1500ms --silence 1s "$(pid_of server)"
has "the evidence" "$T/rules.conf" 'proof: 1 connection silent without keepalive'
has "the mend" "$T/rules.conf" '^	keepalive \{ idle = 60s  interval = 10s  probes = 6 \}$'
has_timer 5000 && fail "bare there is a timer"
sleep 2 # longer silent than a moment
suggest --time 500ms "$(pid_of server)"
same "silent for a minute, by default" 0 "$(rules_suggested)"
has "less is told" "$T/rules.conf" 'is silent [0-9]+m?s so far; --silence [0-9]+s'
suggest --time 1500ms --silence 1s "$(pid_of server)"
stop client KILL # first, so that TIME_WAIT is there
stop server KILL

serve sockmend "$P/sock"
wait_until 20 has_timer 5000 || fail "mended there is none: $(sockets 5000)"
