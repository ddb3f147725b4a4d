#!/bin/sh
# The deadline that status tells is the one the library keeps: idle, then
# escalate, close_wait; and observe mode says `would`.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/status.sh"
long=$(after 40000) escalate=$(after 50000) left=$(after 30000)
rules="rule \"long\" { local = {\"*:5000\"} idle { timeout = ${long}ms count = both } }
rule \"short\" { local = {\"*:5001\"} idle { timeout = 300ms escalate = ${escalate}ms } }
rule \"left\" { local = {\"*:5002\"} close_wait { after = ${left}ms } idle { timeout = 1h } }"
script() # PORT
{
	echo "tcp4 bind $HERE:$1 listen 5 accept touch $T/$1 stay"
}
for port in 5000 5001 5002; do
	# shellcheck disable=SC2046
	start $port mended_sock "$rules" $(script $port)
	await_listener $port
	how=stay
	[ $port != 5002 ] || how='shutdown WR stay'
	# shellcheck disable=SC2086
	start to.$port peer "$P/sock" tcp4 connect $HERE:$port $how
	wait_until 20 test -e "$T/$port" || fail "not accepted"
done
event "ended" "idle-ended rule short"

# next PORT EXPRESSION: of the connection c and its next n.
next()
{
	status --json "$(pid_of "$1")" || fail "status: $?"
	ask_json "[$2 for c in connections if c['peer'] for n in [c['next']]][0]"
}
same "idle" "True True" "$(next 5000 \
	'(n["what"] == "idle", n["in_ms"] == '$long' - min(c["received_ms"], c["sent_ms"]))' |
	tr -d '(,)')"
same "escalate" "escalate True False" "$(next 5001 \
	'(n["what"], 0 < n["in_ms"] < '$escalate', n["would"])' | tr -d "(,')")"
same "its mend" "{'idle-ended': 1}" "$(next 5001 'c["mends"]')"
wait_until 20 socket_is close-wait 5002 || fail "no CLOSE_WAIT"
same "close_wait" "close_wait True" "$(next 5002 '(n["what"], 0 < n["in_ms"] <= '$left')' |
	tr -d "(,')")"

start observed env SOCKMEND_MODE=observe LD_PRELOAD="$B/libsockmend.so" \
	SOCKMEND_POLICY="$(policy "$rules")" "$P/sock" \
	tcp4 bind $HERE:5003 listen 1 tcp4 bind $HERE:5000 connect $PEER:6000
start far peer "$P/sock" tcp4 bind $PEER:6000 listen 5 accept stay
await_listener 6000 peer
rules='rule "far" { peer = {"*:6000"} idle { timeout = 1h } }'
start observed env SOCKMEND_MODE=observe LD_PRELOAD="$B/libsockmend.so" \
	SOCKMEND_POLICY="$(policy "$rules")" "$P/sock" \
	tcp4 connect $PEER:6000 touch "$T/observed" stay
wait_until 20 test -e "$T/observed" || fail "not connected"
same "observed" True "$(next observed 'n["would"]')"
status "$(pid_of observed)"
cell "observed" NEXT "would idle" "$PEER:6000"
