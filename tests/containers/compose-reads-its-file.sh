#!/bin/sh
# compose.yaml as Compose reads it: a "$" of ours comes through, and no variable
# of anybody's is put in its place.
. "$(dirname "$0")/../lib/test.sh"
needs docker-compose
LIB=wrong docker-compose -f "$TOP/examples/container/compose.yaml" config \
	>"$T/config" 2>"$T/config.err" || fail "it does not"
same "complaints" "" "$(cat "$T/config.err")"
has "the preload" "$T/config" 'LD_PRELOAD: /opt/sockmend/\$\$LIB/libsockmend.so$'
has "the policy's directory" "$T/config" '/etc:/etc/sockmend:ro$'
has "the processes" "$T/config" 'pid: service:recorder$'
