#!/bin/sh
# A terminal calls from port 1025 for each order. TCP keeps the port for a
# minute after a call: the second order of the minute cannot be placed.

name=fixedport program=fixedport command='fixedport host' arguments=3
left=terminal right=host
title='2. The terminal that cannot call twice from its fixed port'
what='The terminal calls the host once for each order, always from port 1025.
After a call its own kernel keeps the port in TIME_WAIT for a minute: bind()
fails, and the order is lost.'
. "${0%/*}/lib.sh"

three_calls() {
	[ "$(grep -cE 'lost|host says' "$T/program")" -ge 3 ]
}

host_listens() {
	on host ss -Hltn "sport = :$port" | grep -q .
}

play() {
	machines terminal host
	watch_wire 'tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0'
	become host socat TCP-LISTEN:$port,bind=$far,fork,reuseaddr \
		SYSTEM:'while read -r o; do echo "$o" >&2; echo "received $o"; done' \
		2>&1 | peer_says &
	wait_until 10 host_listens || broken host
	doing 'placing three orders, one call each (at most 15s)'
	legacy fixedport $far $port 3
	wait_until 15 three_calls || broken fixedport
	witness terminal "dport = :$port"
	if [ "$(grep -c 'received' "$T/program")" = 3 ]; then
		served 'three orders out of three were received'
	elif on terminal ss -Htn state time-wait "dport = :$port" | grep -q :1025; then
		stuck 'orders are lost while port 1025 is in TIME_WAIT'
	fi
}

tell "$@"
