#!/bin/sh
# The deadline counts from the last byte that arrived, or from the start of a
# connection that never said anything; it is never early.
. "$(dirname "$0")/../lib/net.sh"
least=999999 most=-999999

# one TIMEOUT-MS TALK…: a client that talks so, then is silent.
one()
{
	timeout=$1
	shift
	start server mended_sock "rule \"q\" { idle { timeout = ${timeout}ms } }" \
		tcp4 bind $HERE:5000 listen 5 accept drain stamp close
	await_listener 5000
	start client peer "$P/sock" tcp4 stamp connect $HERE:5000 "$@" stay
	reap_within 30 server
	has "it read the end" "$T/server.out" '^drain .* = 0'
	last=$(grep -c '^stamp' "$T/client.out")
	late=$(($(stamp_of server) - $(stamp_of client "$last") - timeout * 1000))
	between "$timeout ms after '$*', microseconds late" 0 500000 $late
	[ $late -gt $least ] || least=$late
	[ $late -lt $most ] || most=$late
	stop client
}

for timeout in 50 100 150 200 333 500 1000; do
	one $timeout
	one $timeout sleep 20 stamp send x
	# shellcheck disable=SC2046
	one $timeout $(repeated 8 sleep $((timeout / 3)) stamp send x)
done
number "idle, in a busy test run: $((least / 1000)) to $((most / 1000)) ms late (bound here 0 to 500)"
