#!/bin/sh
# A call that succeeds leaves errno as it was, every row of the table, and the
# program that tests it calls every row.
. "$(dirname "$0")/../lib/test.sh"

sed -n '/^#define FOR_EACH_CALL/,/^$/s/^\tX(\([A-Za-z0-9_]*\),.*/\1/p' \
	"$TOP/shim/preload/interpose/calls.h" | sort >"$T/rows"
[ -s "$T/rows" ] || fail "no rows"

# kept NAME bare|mended…
kept()
{
	name=$1
	shift
	"$@" "$P/kept" >"$T/$name.lines" 2>&1
	same "$name: exit status" 0 $?
	lacks "$name" "$T/$name.lines" 'LOST|failed'
	same "$name: rows" "$(cat "$T/rows")" \
		"$(sed -n 's/ kept$//p' "$T/$name.lines" | sort -u)"
}

kept bare bare
kept full mended 'rule "full" { ephemeral_port = yes reuse_address = yes
	keepalive { idle = 5s interval = 1s probes = 3 } eof { spin_limit = 3 }
	idle { timeout = 1h escalate = 5s } close_wait { after = 1h reclaim = yes }
	errors = eof }'
kept aloud mended 'log = stderr rule "all" { eof { spin_limit = 1 } idle { timeout = 1h } }'
SOCKMEND_MODE=observe kept observe mended 'rule "all" { eof { } idle { timeout = 1h } }'
