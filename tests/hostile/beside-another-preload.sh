#!/bin/sh
# Beside another preloaded library, before or behind it, whose constructor uses
# sockets before any of ours could run: both do their work.
. "$(dirname "$0")/../lib/net.sh"
needs cc

cc -shared -fPIC -O1 -w -D_GNU_SOURCE -o "$T/neighbour.so" "$TOP/tests/hostile/neighbour.c" ||
	fail "cc"
SOCKMEND_POLICY=$(policy 'rule "all" { keepalive { idle = 5s } idle { timeout = 300ms } }')
NEIGHBOUR=$T/saw
export SOCKMEND_POLICY NEIGHBOUR

# The program of the test: it serves itself, and is ended.
script="tcp4 set SO_REUSEADDR 1 bind $LO:5000 listen 5 tcp4 connect $LO:5000
	use 0 accept get SO_KEEPALIVE recv 64 close"

for preload in "$B/libsockmend.so:$T/neighbour.so" "$T/neighbour.so:$B/libsockmend.so" \
	"$B/libsockmend.so $T/neighbour.so $B/libsockmend.so"; do
	rm -f "$T/saw" "$SOCKMEND_RUNDIR"/*
	# shellcheck disable=SC2086
	LD_PRELOAD=$preload timeout $((20 * PATIENCE)) "$P/sock" $script >"$T/said" 2>&1
	same "$preload: exit status" 0 $?
	has "$preload: mended" "$T/said" 'SO_KEEPALIVE 1'
	has "$preload: ended" "$T/said" '^recv 64 = 0'
	has "$preload: the constructor's own, too" "$T/saw" '^constructor: keepalive 1, recv 0'
	has "$preload: the neighbour's calls" "$T/saw" '^program: recv 1 close 1 connect 1'
	event "$preload: recorded" 'idle-ended'
done
