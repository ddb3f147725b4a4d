#!/bin/sh
# events shows what all journals say, in time order, as text and as JSON.
. "$(dirname "$0")/../lib/test.sh"
needs valgrind
export TZ=UTC-1
journal()
{
	"$P/journal" "$T/run" "$@" >/dev/null || fail "journal $*"
}

details()
{
	"$B/sockmendctl" events "$@" | sed 's/.*: //; s/ (E[A-Z]*)$//' | xargs
}

"$B/sockmendctl" events >"$T/none" 2>"$T/none.err"
same "without journals: no failure" 0 $?
lacks "without journals: stdout" "$T/none" .
has "without journals: a word" "$T/none.err" "no journal .*in $T/run"

journal 4101 camsrv 10 40 1500
journal 4102 leaky 20 30 86400001
same "two journals" '10 20 30 40 1500 86400001' "$(details)"
same "one process" '10 40 1500' "$(details 4101)"
same "both" '10 20 30 40 1500 86400001' "$(details 4102 4101)"
same "neither" '' "$(details 4103)"
events >"$T/text"
has "the first" "$T/text" \
	'^2001-01-01T01:00:00\.010\+01:00 camsrv\[4101\] fd 7 idle-ended rule cameras 10\.0\.0\.1:5000: 10$'
has "the last, with its errno" "$T/text" '^2001-01-02T01:00:00\.001\+01:00 leaky\[4102\] .*: 86400001 \(ECONNRESET\)$'
"$B/sockmendctl" events 4102 --json >"$T/json"
has "JSON" "$T/json" '^\{"time":"2001-01-01T01:00:00.020\+01:00","pid":4102,"program":"leaky","fd":7,"event":"idle-ended","would":false,"accepted":true,"rule":"cameras","local":"10.0.0.1:5000","peer":null,"error":null,"detail":"20"\}$'
has "an error's name" "$T/json" '"error":"ECONNRESET","detail":"86400001"'

# A ring keeps the last.
# shellcheck disable=SC2046
journal 4103 busy $(seq 1 1500)
same "a full ring" 1024 "$(events | grep -c busy)"
same "its oldest" 477 "$(details 4103 | cut -d ' ' -f 1)"

for bad in x 12x -1 0 99999999999999; do
	"$B/sockmendctl" events "$bad" >"$T/bad" 2>&1
	same "events $bad" 2 $?
done
"$B/sockmendctl" events --nonsense >"$T/bad" 2>&1
same "events --nonsense" 2 $?
valgrind -q --error-exitcode=9 --leak-check=full "$B/sockmendctl" events \
	>/dev/null 2>"$T/valgrind" || fail "valgrind"
lacks "valgrind" "$T/valgrind" '^=='
