#!/bin/sh
# Numbers closed and opened again just when the watch task acts on them: never
# is another connection ended in the place of the one that was watched. Many
# threads at it: never is an end missed.
. "$(dirname "$0")/../lib/test.sh"
rules='rule "hasty" { direction = accept idle { timeout = 10ms } }'

mended "$rules" timeout $((100 * PATIENCE)) "$P/race" reuse 100000 >"$T/reuse.out" 2>&1 || fail "race reuse: $?"
read -r _ cycles _ ended _ wrong <"$T/reuse.out"
same "wrongly ended, of $cycles numbers used again" 0 "$wrong"
between "ended rightly, at least" 10000 100000 "$ended"
number "connections ended in another's place, of $cycles numbers used again" \
	"($ended ended rightly): $wrong (bound 0)"

mended "$rules" timeout $((100 * PATIENCE)) "$P/race" threads 32 30 >"$T/threads.out" 2>&1 || fail "race threads: $?"
same "32 threads" "ended 960 missed 0" "$(cat "$T/threads.out")"

# Bare, nobody ends anything.
bare "$P/race" reuse 2000 >"$T/bare.out" 2>&1 || fail "race reuse, bare"
same "bare, nothing is ended" "cycles 2000 ended 0 wrong 0" "$(cat "$T/bare.out")"
