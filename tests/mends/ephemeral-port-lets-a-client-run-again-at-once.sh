#!/bin/sh
# The second run of a client bound to a port does not meet its own TIME_WAIT,
# nor the connection of another client that is still open.
. "$(dirname "$0")/../lib/net.sh"
keep_time_wait
rules='rule "free" { ephemeral_port = yes }'

from=1025
for family in 4 6; do
	use_family $family
	start server peer "$P/sock" $tcp bind "$there:80" listen 50 accept stay
	await_listener 80 peer
	sock $tcp bind "$here:$from" connect "$there:80" close >"$T/first.out"
	soon "the peer accepted" "$T/server.out" "^accept"
	has "the first run connects" "$T/first.out" 'connect .* = 0$'
	stop server # its end closes too: here is now in TIME_WAIT
	wait_until 20 socket_is time-wait $from || fail "no TIME_WAIT"

	start server peer "$P/sock" $tcp bind "$there:81" listen 50 stay
	await_listener 81 peer
	sock $tcp bind "$here:$from" connect "$there:81" >"$T/bare.out"
	has "bare: refused over TIME_WAIT" "$T/bare.out" 'bind .* = -1 EADDRINUSE'
	mended_sock "$rules" $tcp bind "$here:$from" connect "$there:81" >"$T/mended.out"
	has "mended: bound" "$T/mended.out" 'bind .* = 0$'
	has "mended: connected" "$T/mended.out" 'connect .* = 0$'

	start other sock $tcp bind "$here:$((from + 1))" connect "$there:81" stay
	soon "another client is connected" "$T/other.out" 'connect .* = 0$'
	sock $tcp bind "$here:$((from + 1))" connect "$there:81" >"$T/bare.out"
	has "bare: refused over a client" "$T/bare.out" 'bind .* = -1 EADDRINUSE'
	mended_sock "$rules" $tcp bind "$here:$((from + 1))" connect "$there:81" >"$T/mended.out"
	has "mended: bound" "$T/mended.out" 'bind .* = 0$'
	has "mended: connected" "$T/mended.out" 'connect .* = 0$'
	stop other
	stop server
	from=$((from + 2))
done
