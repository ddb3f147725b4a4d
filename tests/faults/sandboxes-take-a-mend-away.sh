#!/bin/sh
# A sandbox that refuses a call for good: the mend that needs it falls away, an
# event says so, and nothing tries again and again.
. "$(dirname "$0")/../lib/faults.sh"

# refused N CALL ERRNO EVENT MOST [FAULT]: its event, and at most so many calls.
refused()
{
	with_faults "$1" "$2:$3:all" ${6:+"$6"} || fail "$2, $3: $(cat "$run/err")"
	same "$2, $3" "$(cat "$T/bare.out")" "$(cat "$run/out")"
	events_of "$1" >"$T/events"
	has "$2, $3: it is said" "$T/events" "mend-failed: $4 \\($3\\)"
	same "$2, $3: once" 1 "$(grep -Ec "mend-failed: $4" "$T/events")"
	between "$2, $3: calls" 1 "$5" "$(sed -n "s/^calls $2 //p" "$run/report")"
}

n=0
for error in EPERM ENOSYS; do
	refused $((n += 1)) futex $error 'sleep until a deadline \(futex\)' 8
	refused $((n += 1)) clone $error 'start the watch task' 100
	refused $((n += 1)) process_vm_readv $error 'read an address \(process_vm_readv\)' 100 \
		rt_sigprocmask:$error:all
done

# That one alone is no loss: what a pointer points to is found out otherwise.
with_faults $((n += 1)) process_vm_readv:EPERM:all || fail "$(cat "$run/err")"
events_of $n >"$T/events"
has "a port is freed" "$T/events" 'port-freed rule clients'
lacks "nothing failed" "$T/events" mend-failed
