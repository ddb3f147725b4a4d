#!/bin/sh
# A process that crashed or was killed, also in the middle of recording, leaves
# its last 1000 events readable.
. "$(dirname "$0")/../lib/test.sh"
. "$(dirname "$0")/../lib/record.sh"

# left: the events of the journal there is, oldest first: "FD DETAIL".
left()
{
	"$B/sockmendctl" events --event mend-failed 2>"$T/left.err" |
		sed -n 's/.* fd \([0-9]*\) mend-failed: \([0-9]*\)$/\1 \2/p' >"$T/left"
	lacks "no complaint" "$T/left.err" .
}

# The last COUNT of them, none missing, none in pieces.
are_whole()
{
	same "of each all parts" '' "$(awk '$1 != $2' "$T/left")"
	same "one after the other" '' "$(awk 'NR > 1 && $1 != last + 1 { print last, $1 } { last = $1 }' "$T/left")"
	[ "$(wc -l <"$T/left")" -ge "$1" ] || fail "only $(wc -l <"$T/left") are left"
}

start crashed recorded 5000 segv
reap crashed 2>/dev/null
same "how it ended" 139 $?
left
are_whole 1000
same "the last" "5000 5000" "$(tail -n 1 "$T/left")"
rm "$T/run"/*.journal

start killed recorded 3000 forever
soon "events" "$T/killed.out" '^recorded$'
stop killed KILL
left
are_whole 1000
[ "$(tail -n 1 "$T/left" | cut -d ' ' -f 1)" -ge 3000 ] || fail "the last: $(tail -n 1 "$T/left")"
