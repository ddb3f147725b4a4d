#!/bin/sh
# What the collector costs while nothing happens: it looks at 100 journals of
# living processes once a second.
. "$(dirname "$0")/../lib/cost.sh"
needs strace
"$P/journal" "$T/run" $$ living 10 20 >/dev/null
for i in $(seq 99); do
	cp "$T/run/$$-$(($$ + 1)).journal" "$T/run/$$-$i.journal"
done
start collect bare "$B/sockmendctl" collect --file "$T/log"
wait_until 30 test -s "$T/run/collect.ledger" || fail "no first round"
busy()
{
	cut -d ' ' -f 1 "/proc/$(pid_of collect)/schedstat"
}
before=$(busy) from=$(clock)
sleep 5
number "collect, 100 journals, nothing new: us of CPU a second:" \
	$((($(busy) - before) / ($(clock) - from)))
stop collect

rounds()
{
	[ "$(grep -c 'rt_sigtimedwait' "$T/trace")" -ge 3 ]
}
start collect traced "$T/trace" all bare "$B/sockmendctl" collect \
	--file "$T/log" --interval 500ms
wait_until 30 rounds || fail "no third round"
stop collect
calls=$(awk '/rt_sigtimedwait/ { n++ } n == 1 { calls++ } END { print calls + 0 }' "$T/trace")
within collect-calls "$calls" "collect, 100 journals, nothing new: system calls a round"
[ "$calls" -ge 100 ] || fail "that was no round"
all_within
