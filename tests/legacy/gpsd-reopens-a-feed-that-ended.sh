#!/bin/sh
# A TCP feed of gpsd ends. Bare, gpsd takes the 0 of its read as no data yet,
# and keeps the socket in CLOSE_WAIT until something else wakes it; whether its
# next client then finds the feed open is a race of its own. With
# eof { spin_limit = 1 answer = reset } the first end of file is an error: gpsd
# closes the socket at once, and opens the feed for its next client.
. "$(dirname "$0")/../lib/net.sh"
PATH=$PATH:/usr/sbin
needs gpsd gpspipe socat
needs_own_net "runs gpsd, whose port is not free to choose an address"
rules='rule "feed" { direction = connect eof { spin_limit = 1 answer = reset } }'
# shellcheck disable=SC2016
printf '%s\r\n' '$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A' \
	>"$T/nmea"

# receive NAME PORT bare|mended…
receive()
{
	name=$1 port=$2
	shift 2
	start "$name.feed" peer socat -d -d "TCP-LISTEN:$port,bind=$PEER,reuseaddr,fork" \
		"OPEN:$T/nmea"
	await_listener "$port" peer
	# It leaves a segment of shared memory behind, here in a namespace of its own.
	start "$name" "$@" unshare -i gpsd -N -n -D 4 -S "3$port" "tcp://$PEER:$port"
	soon "$name: it reads the feed" "$T/$name.err" 'identified as type NMEA0183'
	wait_until 20 closed_here "$port" || fail "$name: the feed has not ended"
}

closed_here()
{
	! socket_is established "$1"
}

opened_again()
{
	[ "$(grep -c 'opening TCP feed' "$T/$1.err")" -ge 2 ]
}

receive bare 5001 bare
receive mended 5002 mended "$rules"
soon "an error to it" "$T/mended.err" 'tcp://.* returned error'
event "why" "gpsd\[$(pid_of mended)\] fd [0-9]+ eof-spin rule feed .*$PEER:5002: 1 read returned 0"
wait_until 10 closed_here 5002 || fail "it is not closed"
socket_is close-wait 5001 || fail "bare, the socket is closed"
start client timeout $((30 * PATIENCE)) gpspipe -w -x 20 localhost:35002
wait_until 15 opened_again mended || fail "the feed is not opened again"
