#!/bin/sh
# The gauges are what the kernel has now: mended processes and the states of
# their connections, and nothing of programs that are not mended.
. "$(dirname "$0")/../lib/net.sh"
needs promtool
# A name of its own: root sees the programs of other tests.
export SOCKMEND_APP=gauged-$$
rule='keepalive { idle = 60s }'
uid=$(id -u)
value()
{
	"$B/sockmendctl" metrics >"$T/metrics" 2>"$T/metrics.err"
	sed -n "s/^sockmend_$1 //p" "$T/metrics"
}

is_value()
{
	[ "$(value "$1")" = "$2" ]
}

start server mended "rule \"all\" { $rule }" "$P/sock" tcp4 bind $HERE:5000 listen 5 \
	accept sleep 30000
start bare bare "$P/sock" tcp4 bind $HERE:5001 listen 5 accept sleep 30000
await_listener 5000
await_listener 5001
start one peer "$P/sock" tcp4 connect $HERE:5000 sleep 30000
start two peer "$P/sock" tcp4 connect $HERE:5001 sleep 30000
wait_until 20 is_value 'connections{program="'$SOCKMEND_APP'",state="established",uid="'$uid'"}' 1 ||
	fail "established: $(cat "$T/metrics" "$T/metrics.err")"
same "processes" 1 "$(value 'processes{program="'$SOCKMEND_APP'",uid="'$uid'"}')"
same "none in CLOSE_WAIT" 0 "$(value 'connections{program="'$SOCKMEND_APP'",state="close-wait",uid="'$uid'"}')"
promtool check metrics <"$T/metrics" || fail "promtool"

stop one
wait_until 20 socket_is close-wait 5000 || fail "no CLOSE_WAIT"
same "in CLOSE_WAIT" 1 "$(value 'connections{program="'$SOCKMEND_APP'",state="close-wait",uid="'$uid'"}')"
same "established" 0 "$(value 'connections{program="'$SOCKMEND_APP'",state="established",uid="'$uid'"}')"
stop server
lacks "the dead have none" "$T/metrics" 'nothing'
wait_until 20 is_value 'processes{program="'$SOCKMEND_APP'",uid="'$uid'"}' '' || fail "it is gone"
