#!/bin/sh
# Recording an event makes no system call and takes less than 200 ns; how many
# instructions, callgrind tells (its clock is a system call, the vdso's not).
. "$(dirname "$0")/../lib/cost.sh"
. "$(dirname "$0")/../lib/record.sh"
needs strace valgrind

system_calls recorded 10 >"$T/few"
system_calls recorded 2010 >"$T/many"
same "system calls of 2000 events" "$(cat "$T/few")" "$(cat "$T/many")"
number "system calls to record an event: 0 (bound 0)"

tracer="valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=event_record"
counted_mended "$rules_record" "$P/record" "$record_at" 1000 >"$T/callgrind" 2>&1 ||
	fail "callgrind: $(cat "$T/callgrind")"
tracer=
collected=$(sed -n 's/.*Collected : //p' "$T/callgrind" | head -n 1)
number "instructions to record an event, less the clock's: $((collected / 1000)) (bound 200)"
between "instructions an event" 10 200 $((collected / 1000))

nanoseconds=$(recorded 0 | sed -n 's/ ns$//p')
number "time to record an event: $nanoseconds ns (bound 200)"
between "nanoseconds an event" 1 199 "$nanoseconds"
