#!/bin/sh
# A socket connected to itself never got its clock of received data set: the
# kernel says it has been silent since boot. It is ended when its time has
# come, and not before.
. "$(dirname "$0")/../lib/net.sh"

start itself mended_sock 'rule "r" { idle { timeout = 3s } }' \
	tcp4 bind $HERE:5005 connect $HERE:5005 dup timed recv 64 close stay
soon "it reads the end of file" "$T/itself.out" '^recv 64 = 0 '
took=$(sed -n 's/^recv 64 = 0 (\([0-9]*\) ms.*/\1/p' "$T/itself.out")
# It reads a little after it connected.
[ "$took" -ge 2500 ] || fail "before the timeout: $took ms"
event "recorded" "\[$(pid_of itself)\] fd [34] idle-ended rule r"
