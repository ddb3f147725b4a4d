#!/bin/sh
# Connections, files, duplicates, forks and namespaces that use the same numbers
# in many threads, over a library that sleeps for a random moment wherever
# another thread may come in between: no talking connection is ended, no end is
# missed, no file of the program is touched. SECONDS_OF_CHURN: a minute.
. "$(dirname "$0")/../lib/test.sh"
rules='rule "all" { direction = accept
	idle { timeout = 5s escalate = 1s }
	eof { spin_limit = 100 answer = reset }
	close_wait { after = 200ms reclaim = yes }
	supersede { after = 4s }
	keepalive { idle = 60s ack_timeout = 30s }
	errors = eof
}'
races=$B/races/libsockmend.so
[ -e "$races" ] || skip "not built: make RACES=1"

policy=$(policy "$rules") || { echo "$policy"; exit 1; }
seconds=${SECONDS_OF_CHURN:-60}
LD_PRELOAD=$races SOCKMEND_POLICY=$(cat "$policy") timeout $((seconds + 100 * PATIENCE)) \
	"$P/churn" "$seconds" >"$T/churn.out" 2>"$T/churn.err" || fail "churn: status $?"
has "no wrong end, no lost deadline, no file touched" "$T/churn.out" \
	' wrong 0 lost 0 foreign 0$'
for word in talked ended leaked files; do
	has "$word" "$T/churn.out" "$word [1-9]"
done
number "widened races, $seconds s: $(cat "$T/churn.out") (bound 0 wrong, lost, foreign)"
