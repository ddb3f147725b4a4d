#!/bin/sh
# Where files may not be as long as a journal (ulimit -f), there is none, and
# no SIGXFSZ ends the program; it is mended all the same.
. "$(dirname "$0")/../lib/test.sh"
rules='rule "all" { keepalive { idle = 5s } }'
policy "$rules" >/dev/null # a file too, made before there is a limit
for blocks in 0 1 100; do
	said=$(
		ulimit -f $blocks
		mended_sock "$rules" tcp4 listen 5 get SO_KEEPALIVE 2>&1
	)
	same "ulimit -f $blocks: exit status" 0 $?
	echo "$said" >"$T/said"
	has "ulimit -f $blocks: mended" "$T/said" 'SO_KEEPALIVE 1'
	same "ulimit -f $blocks: no journal" "" "$(ls "$SOCKMEND_RUNDIR")"
done
