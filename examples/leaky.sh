#!/bin/sh
# A server forgets to close what its clients closed. Connections pile up in
# CLOSE_WAIT until it has no descriptor left, and nobody can connect.

name=leaky program=leaky command=leaky arguments=
left=server right=clients
title='3. The leaky server that runs out of descriptors'
what='Each client is served and closes. The server reads the end of file,
forgets the client, and never closes its side. It may open 16 files here;
real ones die of the same after days. accept() fails, and nobody gets in.'
. "${0%/*}/lib.sh"

# One client: ask, read the price, close. (linger2: its kernel forgets the
# closed connection after 1s, where 60s are usual, to keep this short.)
ask_price() {
	on clients timeout $((6 * ${PATIENCE:-1})) socat -t0 -lf /dev/null \
		TCP:$near:$port,bind=$far,linger2=1 \
		SYSTEM:'echo price; read -r price && echo "$price" >&2' 2>&1 |
		peer_says
}

# Clients come one after the other, until one is not served.
clients_come() {
	for client in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		ask_price
		[ "$(grep -c price "$T/peer")" = $client ] || break
		sleep 0.4
	done
	: >"$T/clients-done"
}

play() {
	machines server clients
	watch_wire 'tcp[tcpflags] & (tcp-fin|tcp-rst) != 0'
	(ulimit -n 16 && legacy leaky $port)
	wait_until 10 listening || broken leaky
	doing '20 clients ask for a price, one after the other (about 10s)'
	clients_come &
	wait_until 60 test -e "$T/clients-done"
	witness server "sport = :$port"
	if [ "$(grep -c price "$T/peer")" = 20 ]; then
		served 'all 20 clients were served'
	elif grep -q 'Too many open files' "$T/program"; then
		echo 'no answer' | peer_says
		stuck "after $(grep -c price "$T/peer") clients nobody gets in"
	fi
}

tell "$@"
