#!/bin/sh
# The deadline counts from the last byte that arrived, or from the start of a
# connection that never said anything; it is never early.
. "$(dirname "$0")/../lib/net.sh"
least=999999 most=-999999

# The longest silence of the client, in microseconds: on a busy machine it may
# sleep past the deadline it was to keep, and then is rightly ended.
longest_silence()
{
	sed -n 's/^stamp //p' "$T/client.out" |
		awk 'NR > 1 && $1 - last > most { most = $1 - last }
			{ last = $1 } END { print most + 0 }'
}

# talk TIMEOUT-MS TALK…: a client that talks so, then is silent.
talk()
{
	timeout=$1
	shift
	start server mended_sock "rule \"q\" { idle { timeout = ${timeout}ms } }" \
		tcp4 bind $HERE:5000 listen 5 accept drain stamp close
	await_listener 5000
	start client peer "$P/sock" tcp4 stamp connect $HERE:5000 "$@" stay
	reap_within 30 server
	has "it read the end" "$T/server.out" '^drain .* = 0'
	stop client
}

# one TIMEOUT-MS TALK…: how late after what was said last.
one()
{
	for _ in 1 2 3 4 5; do
		talk "$@"
		[ "$(longest_silence)" -ge $(($1 * 1000 - 5000)) ] || break
	done
	last=$(grep -c '^stamp' "$T/client.out")
	late=$(($(stamp_of server) - $(stamp_of client "$last") - $1 * 1000))
	# A tick that comes late makes the kernel's stamp too old: numbers/idle-is-never-early.
	[ $late -ge -10000 ] || fail "$1 ms after '$*': $late microseconds late"
	[ $late -gt $least ] || least=$late
	[ $late -lt $most ] || most=$late
}

for timeout in 50 100 150 200 333 500 1000; do
	one $timeout
	one $timeout sleep 20 stamp send x
	# shellcheck disable=SC2046
	one $timeout $(repeated 8 sleep $((timeout / 3)) stamp send x)
done
number "idle, in a busy test run: $((least / 1000)) to $((most / 1000)) ms late"
