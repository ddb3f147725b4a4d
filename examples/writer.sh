#!/bin/sh
# A display hangs and takes nothing more. The writer waits in send() for ever,
# and the display behind it gets nothing.

name=writer program=writer command=writer arguments=
left=ticker right=display
title='4. The writer that waits for a display that takes nothing'
what='The ticker writes quotes to one display at a time. A display hangs, its
window is zero: send() neither returns nor fails, and TCP will ask the display
for ever if it has room again. The next display gets nothing.'
. "${0%/*}/lib.sh"

# It connects, and reads what fits into its buffers.
hanging_display() {
	become display socat -u TCP:$near:$port,bind=$far SYSTEM:'sleep 60' 2>&1 |
		peer_says &
}

next_display() {
	become display timeout $((20 * ${PATIENCE:-1})) \
		socat -u TCP:$near:$port,bind=$far,rcvbuf=4096 - 2>/dev/null |
		head -n 1 | cut -c1-13 | peer_says &
}

window_closed() {
	on ticker ss -Htno state established "sport = :$port" | grep -q persist
}

got_quote() {
	grep -q ACME "$T/peer"
}

play() {
	machines ticker display
	watch_wire "tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0 or
		(src $far and tcp[14:2] = 0)"
	legacy writer $port
	wait_until 10 listening || broken writer
	hanging_display
	wait_until 20 window_closed || broken 'the display that hangs'
	echo '--- the first display hangs, the next one calls ---' | peer_says
	next_display
	doing 'waiting for the next display to get a quote (at most 10s)'
	if wait_until 10 got_quote; then
		served 'the next display got its quotes'
	elif window_closed; then
		stuck 'send() waits for a display that takes nothing'
	fi
	witness ticker "sport = :$port"
}

tell "$@"
