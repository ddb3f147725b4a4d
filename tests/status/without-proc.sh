#!/bin/sh
# Where /proc is not mounted the tool says that it cannot see processes, instead
# of saying that there are none.
. "$(dirname "$0")/../lib/mounts.sh"
mount -t tmpfs -o mode=755 own /proc 2>/dev/null || skip "nothing can be mounted on /proc"
blind='/proc is not mounted.*processes cannot be seen'

# blind STATUS ARGUMENT…
blind()
{
	blind_status=$1
	shift
	timeout $((20 * PATIENCE)) "$B/sockmendctl" "$@" >"$T/blind.out" 2>"$T/blind.err" </dev/null
	same "exit status of $*" "$blind_status" $?
	cat "$T/blind.err" >>"$T/blind.out"
	has "$*" "$T/blind.out" "$blind"
	lacks "$*" "$T/blind.out" 'no such process|no mended process|there is none|no connection matches'
}
blind 1 status
blind 1 status --json
blind 1 status 1
blind 0 doctor
blind 0 doctor --json
blind 1 doctor 1
blind 1 suggest --time 1s 1
blind 1 end -n --peer 127.0.0.1
blind 1 end -n 1
blind 1 attach 1
blind 0 metrics
