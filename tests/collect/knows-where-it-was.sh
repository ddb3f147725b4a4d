#!/bin/sh
# A collector goes on where the last one was; with a damaged state it says so
# and repeats nothing older; it tells systemd how it fares; what a ring lost is
# said and counted; its metrics file is kept fresh.
. "$(dirname "$0")/../lib/test.sh"
needs python3 promtool
journal()
{
	"$P/journal" "$T/run" "$@" >/dev/null || fail "journal $*"
}

collect()
{
	start collect bare env NOTIFY_SOCKET="${notify:-}" "$B/sockmendctl" collect \
		--file "$T/log" --metrics "$T/prom" --interval 50ms "$@"
}

ends()
{
	kill -TERM "$(pid_of collect)"
	reap_within 20 collect || fail "it did not end well"
}

for notify in "$T/notify" "@sockmend-test-$$"; do
	start witness "$PYTHON" "$TOP/tests/lib/witness.py" "$notify"
	soon "the witness" "$T/witness.out" listening
	collect
	soon "ready" "$T/witness.out" '^READY=1$'
	ends
	soon "stopping" "$T/witness.out" '^STOPPING=1$'
	stop witness
done
notify=

# shellcheck disable=SC2046
journal 4101 busy $(seq 1 1500)
collect
soon "what there is" "$T/log" ': 1500$'
soon "the loss" "$T/collect.err" '476 events were overwritten before they were read'
soon "its metrics" "$T/prom" '^sockmend_events_lost_total\{program="busy",uid="[0-9]+"\} 476$'
promtool check metrics <"$T/prom" || fail "promtool"
journal 4102 new now 8
soon "fresh metrics" "$T/prom" 'program="new",mode="mend",uid="[0-9]+"} 1$'
has "how the collector fares" "$T/prom" '^sockmend_forward_pending_events 0$'
ends
same "the lines" "1025 8" "$(wc -l <"$T/log") $(tail -n 1 "$T/log" | sed 's/.*: //')"

# Damaged: nothing older than the state comes again, what is newer does.
sed -i '1s/^/x/' "$T/run/collect.ledger"
journal 4105 mixed 30 now 20
collect
soon "said" "$T/collect.err" 'collect.ledger: damaged'
soon "what is newer" "$T/log" ': 20$'
journal 4103 newer now 10
soon "from then on all, whatever its time" "$T/log" ': 10$'
same "and no more" '20 10' "$(sed 1026,1099p -n "$T/log" | sed 's/.*: //' | head -n 2 | xargs)"
ends

# The clock steps: order within a journal stays, nothing is lost or repeated.
journal 4104 stepping 5000 4000 3000 now 6000 rule=x 7000
collect
soon "all" "$T/log" ': 7000$'
same "in the order they happened" '5000 4000 3000 6000 7000' \
	"$(grep stepping "$T/log" | sed 's/.*: //' | xargs)"
ends

for wrong in '' --nonsense '--syslog --journald' '--file' '--metrics' \
	"--syslog --interval 0" "--syslog --interval 1ms" \
	"--syslog --interval soon" "--syslog operand"; do
	# shellcheck disable=SC2086
	timeout $((10 * PATIENCE)) "$B/sockmendctl" collect $wrong >"$T/wrong" 2>&1
	same "collect $wrong" 2 $?
done
