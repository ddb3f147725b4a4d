#!/bin/sh
# A meter hangs up. The loop only tests for n < 0: recv() returns 0 for ever,
# a CPU burns, and the next meter is not heard.

name=blindloop program=blindloop command=blindloop arguments=
left=logger right=meter
title='5. The loop that does not see the end of file'
what='Meters call, report and hang up, one after the other. The logger waits
for recv() to fail, but a meter that hung up makes it return 0: the loop goes
on for ever on a whole CPU, and the next meter is not heard.'
. "${0%/*}/lib.sh"

# It calls, reports, waits for the answer, and hangs up.
meter_reports() {
	become meter timeout $((20 * ${PATIENCE:-1})) socat -t0 TCP:$near:$port,bind=$far \
		SYSTEM:"echo $1 kWh; read -r answer; echo $1 kWh\\: \$answer >&2" \
		2>&1 | peer_says &
}

noted() {
	[ "$(grep -c noted "$T/peer")" -ge "$1" ]
}

# Hundredths of a second of CPU the program has used.
cpu_used() {
	for pid in $(pids_on logger); do
		[ "$(cat /proc/"$pid"/comm)" = blindloop ] || continue
		set -- $(cat /proc/"$pid"/stat)
		echo $((${14} + ${15}))
	done
}

play() {
	machines logger meter
	watch_wire 'tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0'
	legacy blindloop $port
	wait_until 10 listening || broken blindloop
	meter_reports 4711
	wait_until 10 noted 1 || broken 'the first meter'
	meter_reports 4712
	doing 'waiting for the second meter to be heard (at most 5s)'
	if wait_until 5 noted 2; then
		served 'the second meter was heard'
	else
		used=$(cpu_used)
		used=$((used / 100)).$((used / 10 % 10))s
		stuck "the loop has burnt $used of CPU on recv() = 0"
	fi
	witness logger "sport = :$port"
}

tell "$@"
