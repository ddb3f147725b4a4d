#!/bin/sh
# One number that a thread reads, another closes, a third opens anew and the
# watch task ends; readers cancelled at any time; handlers that use sockets in
# the midst of calls that do. Nobody hangs, and nobody else's is ended.
. "$(dirname "$0")/../lib/test.sh"
rules='rule "hasty" { direction = accept idle { timeout = 10ms escalate = 10ms }
	eof { spin_limit = 3 answer = reset } close_wait { after = 10ms } }'

# tangled SHORT LONG KIND: without us, and with us.
tangled()
{
	bare "$P/tangle" "$3" "$1" >"$T/bare.out" 2>&1 || fail "$3, bare"
	mended "$rules" "$P/tangle" "$3" "$2" >"$T/tangle.out" 2>&1 || fail "$3: $?"
	has "$3" "$T/tangle.out" '^turns [0-9]+ wrong 0$'
	number "soak: tangle $3: $(cat "$T/tangle.out") (bound 0)"
}

tangled 100 20000 close
tangled 100 20000 cancel
tangled 2 300 signals
