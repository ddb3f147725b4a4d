#!/bin/sh
# Recording an event makes one system call, which cannot fault where the journal
# was truncated; how many instructions it takes, callgrind tells (its clock is a
# system call, the vdso's not).
. "$(dirname "$0")/../lib/cost.sh"
. "$(dirname "$0")/../lib/record.sh"
needs strace valgrind

system_calls recorded 10 >"$T/few"
system_calls recorded 2010 >"$T/many"
added=$(awk 'NR == FNR { few[$1] = $2; next } $2 - few[$1] >= 1000 { print $1 }' "$T/few" "$T/many")
same "the system call of an event" process_vm_writev "$added"
few=$(awk '{ sum += $2 } END { print sum }' "$T/few")
many=$(awk '{ sum += $2 } END { print sum }' "$T/many")
within event-calls $(((many - few) / 2000)) "system calls to record an event"

tracer="valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=event_record"
counted_mended "$rules_record" "$P/record" "$record_at" 1000 >"$T/callgrind" 2>&1 ||
	fail "callgrind: $(cat "$T/callgrind")"
tracer=
collected=$(sed -n 's/.*Collected : //p' "$T/callgrind" | head -n 1)
within event-instructions $((collected / 1000)) "instructions to record an event, less the clock's"
[ $((collected / 1000)) -ge 10 ] || fail "those are too few instructions for an event"

number "time to record an event: $(recorded 0)"
all_within
