#!/bin/sh
# A camera loses its power and never hangs up. The server serves one camera
# at a time and waits in recv() for ever; the camera, back on the same port,
# is not let in: to the server's kernel it is still on the line.

name=camsrv program=camsrv command=camsrv arguments=
left=server right=camera
title='1. The camera server that waits for a dead camera'
what='The camera always calls from port 1025. It loses its power, without a
FIN; its new call meets the old connection, and its small TCP stack does not
answer the challenge ACK with a RST. The server sits in recv() for ever.'
. "${0%/*}/lib.sh"

# A camera whose stack never sends a RST calls from port 1025, and stays on
# the line. On loopback both connections are in one kernel: the second call
# comes from another port. (1025 is the terminal's, in another story.)
camera_calls() {
	from=1025
	[ -z "$LOOPBACK" ] || from=$((1030 + ${1#frame }))
	[ -n "$LOOPBACK" ] || on camera nft 'add table inet stack
		add chain inet stack out { type filter hook output priority 0; }
		add rule inet stack out tcp flags & rst == rst drop'
	become camera socat TCP:$near:$port,bind=$far:$from,reuseaddr \
		SYSTEM:"echo $1; while read -r answer; do echo \$answer >&2; done" \
		2>&1 | peer_says &
}

stored() {
	[ "$(grep -c stored "$T/peer")" -ge "$1" ]
}

play() {
	machines server camera
	watch_wire "tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0 or
		(src $near and ip[2:2] <= 64)"
	legacy camsrv $port
	wait_until 10 listening || broken camsrv
	camera_calls 'frame 1'
	wait_until 10 stored 1 || broken 'the first call'
	doing 'the camera loses its power, then it is back and calls again'
	power_cut
	echo '--- power cut, and back ---' | peer_says
	power_on
	camera_calls 'frame 2'
	doing 'waiting for the second call to be served (at most 9s)'
	if wait_until 9 stored 2; then
		served 'the second call was served'
	elif on server ss -Htn state established "sport = :$port" |
		grep -Eq ':(1025|1031)'; then
		stuck 'the dead call is still ESTABLISHED, the new one waits'
	fi
	witness server "sport = :$port"
}

tell "$@"
