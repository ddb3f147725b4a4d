#!/bin/sh
# A port that somebody listens on fails in bind, not in listen: programs that
# scan for a free port, and those that ask whether they already run, rely on it.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "free" { ephemeral_port = yes }'

for family in 4 6 mapped; do
	use_family $family
	for address in "$here" "$any"; do
		start holder sock $tcp bind "$address:5000" listen 5 stay
		await_listener 5000
		same "bare: $address is held" "bind $here:5000 = -1 EADDRINUSE" \
			"$(sock $tcp bind "$here:5000" | tail -n 1)"
		same_with "$rules" $tcp bind "$here:5000" bind "$here:5001" \
			getsockname listen 5 getsockname
		same_with "$rules" $tcp bind "$any:5000" bind "$any:5001" getsockname
		stop holder
	done
done
# The idiom of dual servers: the second bind tells them that one was enough.
same "bare: one is enough" "bind $ANY:5000 = -1 EADDRINUSE" \
	"$(sock tcp6 bind "[$ANY6]:5000" tcp4 bind $ANY:5000 | tail -n 1)"
same_with "$rules" tcp6 bind "[$ANY6]:5000" listen 5 tcp4 bind $ANY:5000
