#!/bin/sh
# A socket that is bound cannot be bound again, also while its port waits;
# what bind refuses bare it refuses mended, with the same errno.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "free" { ephemeral_port = yes }'

same "the kernel refuses" "bind $HERE:1026 = -1 EINVAL" \
	"$(sock tcp4 bind $HERE:1025 bind $HERE:1026 | tail -n 1)"
for family in 4 6 mapped; do
	use_family $family
	same_with "$rules" $tcp bind "$here:1025" bind "$here:1026" \
		bind "$here:1025" bind "$any:0" getsockname
	same_with "$rules" $tcp bind "$here:1025" place wild bind "$here:1026" \
		place nil bind "$here:1026"
	same_with "$rules" $tcp place edge bind "$here:1025" getsockname
	same_with "$rules" $tcp bind "$any:5000" listen 5 bind "$here:5000"
	same_with "$rules" $tcp place wild bind "$here:1025" \
		place nil bind "$here:1025" place plain getsockname \
		bind "$here:1025" getsockname
done
same_with "$rules" tcp4 bind 9.9.9.9:1025 bind $HERE:1025 getsockname
same_with "$rules" tcp4 bind "[$HERE6]:1025" bind unspec bind unix:$T/x
same_with "$rules" tcp6 bind "[fd0a::1]:1025" bind "[::ffff:9.9.9.9]:1025" \
	bind "[fe80::1]:1025" bind $HERE:1025
same_with "$rules" pipe bind $HERE:1025 fd 99 bind $HERE:1025
