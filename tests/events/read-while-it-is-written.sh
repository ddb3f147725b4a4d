#!/bin/sh
# A journal that is written to meanwhile: what is shown of it is whole, in
# order, and JSON.
. "$(dirname "$0")/../lib/test.sh"
. "$(dirname "$0")/../lib/record.sh"

start busy recorded 2000 steadily
soon "events" "$T/busy.out" '^recorded$'
for _ in 1 2 3 4 5 6 7 8 9 10; do
	"$B/sockmendctl" events --json --event mend-failed >"$T/json" 2>"$T/json.err" ||
		fail "status $?"
	lacks "no complaint" "$T/json.err" .
	"$PYTHON" - "$T/json" <<-'END' || fail "what was shown"
		import json, sys
		last = count = 0
		for line in open(sys.argv[1]):
		    e = json.loads(line)
		    assert e["fd"] == int(e["detail"]), e
		    assert e["fd"] > last, (last, e)
		    last = e["fd"]
		    count += 1
		print(count)
	END
done >"$T/counts"
# Most of the ring, but for a reader that was not let run for a while.
between "events in one reading" 900 1024 "$(sort -n "$T/counts" | tail -n 1)"
running busy || fail "it ended"
stop busy
