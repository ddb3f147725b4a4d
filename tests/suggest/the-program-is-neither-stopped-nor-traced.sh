#!/bin/sh
# While it is watched a program is sent no signal, is not traced, and none of
# its memory is touched.
. "$(dirname "$0")/../lib/net.sh"
needs strace
start leaky bare "$B/examples/leaky" $WILD
await_listener $WILD
strace -f -qq -o "$T/trace" \
	-e trace=ptrace,kill,tkill,tgkill,process_vm_writev,pidfd_getfd,pidfd_send_signal,rt_sigqueueinfo \
	-e signal=none "$B/sockmendctl" suggest --time 500ms "$(pid_of leaky)" >"$T/rules" ||
	fail suggest
same "no such call" "" "$(cat "$T/trace")"
has "it was watched" "$T/rules" '^# What leaky\[[0-9]+\] shows from outside'
running leaky || fail "it has ended"
