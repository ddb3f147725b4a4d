#!/bin/sh
# nc -k -l serves one connection at a time. Bare, a client that says nothing
# holds it for ever and the next one waits; mended, the next one is served.
. "$(dirname "$0")/../lib/net.sh"
needs nc.openbsd
rules='rule "one at a time" { direction = accept idle { timeout = 700ms } }'
port=$WILD

for run in bare mended; do
	for family in 4 6; do
		use_family $family
		port=$((port + 1))
		set -- bare
		[ $run = bare ] || set -- mended "$rules"
		start $run.$family "$@" nc.openbsd -k -l "-$family" $port
		await_listener $port
		start silent.$port peer "$P/sock" $tcp connect "$here:$port" stay
		soon "connected" "$T/silent.$port.out" '^connect .* = 0'
		start next.$port peer "$P/sock" $tcp connect "$here:$port" send "second" stay
	done
done
soon "the second is served" "$T/mended.4.out" '^second$'
soon "the second is served" "$T/mended.6.out" '^second$'
for family in 4 6; do
	has "connected, bare too" "$T/next.$((WILD + family / 2 - 1)).out" '^send second = 6'
	lacks "bare: it waits" "$T/bare.$family.out" second
	running mended.$family || fail "it did not survive"
done
event "recorded" 'nc\.openbsd\[[0-9]+\] fd [0-9]+ idle-ended rule one at a time'
