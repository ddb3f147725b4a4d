#!/bin/sh
# A million numbers closed and opened again just when the watch task acts on
# them: never is another connection ended in the place of the one watched.
. "$(dirname "$0")/../lib/test.sh"
rules='rule "hasty" { direction = accept idle { timeout = 10ms } }'

mended "$rules" "$P/race" reuse 1000000 >"$T/reuse.out" 2>&1 || fail "race reuse: $?"
read -r _ cycles _ ended _ wrong <"$T/reuse.out"
same "wrongly ended, of $cycles numbers used again" 0 "$wrong"
between "ended rightly, at least" 100000 1000000 "$ended"
number "soak: connections ended in another's place, of $cycles numbers used again" \
	"($ended ended rightly): $wrong (bound 0)"
