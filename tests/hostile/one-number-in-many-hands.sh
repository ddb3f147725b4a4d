#!/bin/sh
# A bounded share of tests/soak/one-number-in-many-hands.sh.
. "$(dirname "$0")/../lib/test.sh"
rules='rule "hasty" { direction = accept idle { timeout = 10ms escalate = 10ms }
	eof { spin_limit = 3 answer = reset } close_wait { after = 10ms } }'

for kind in "close 300" "cancel 300" "signals 3"; do
	# shellcheck disable=SC2086
	mended "$rules" timeout $((60 * PATIENCE)) "$P/tangle" $kind >"$T/tangle.out" 2>&1 || fail "$kind: $?"
	has "$kind" "$T/tangle.out" '^turns [0-9]+ wrong 0$'
done
