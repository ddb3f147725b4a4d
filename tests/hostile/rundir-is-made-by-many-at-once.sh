#!/bin/sh
# Programs that start at the same time, the first on a machine, all want the
# run directory made: each has its journal.
. "$(dirname "$0")/../lib/test.sh"
policy=$(policy 'rule "k" { keepalive { idle = 60s } }')
export LD_PRELOAD="$B/libsockmend.so" SOCKMEND_POLICY="$policy"
for round in $(seq 40); do
	SOCKMEND_RUNDIR=$T/run/$round
	export SOCKMEND_RUNDIR
	pids=
	for program in 1 2 3 4 5 6 7 8; do
		"$P/sock" tcp4 >/dev/null 2>"$T/$program.err" &
		pids="$pids $!"
	done
	wait $pids
	same "round $round: journals" 8 "$(LD_PRELOAD='' ls "$SOCKMEND_RUNDIR" | wc -l)"
done
