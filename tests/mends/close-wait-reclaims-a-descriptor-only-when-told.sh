#!/bin/sh
# The descriptor of a connection that is gone is closed inside the next
# accept: with reclaim = yes, and only after the program saw the end itself.
. "$(dirname "$0")/../lib/net.sh"

# leak NAME PORT RECLAIM READ…: the descriptor numbers of five leaked connections.
leak()
{
	name=$1
	rules="rule \"leak\" { close_wait { after = 100ms half_close = ignore reclaim = $3 } }"
	port=$2
	shift 3
	script=
	for i in 1 2 3 4 5; do
		script="$script use 0 accept $* touch $T/$name.$i await $T/$name.go.$i"
	done
	set -- mended_sock "$rules"
	[ "$name" != bare ] || set -- sock
	# shellcheck disable=SC2086
	start "$name" "$@" tcp4 bind $HERE:$port listen 5 $script stay
	await_listener $port
	for i in 1 2 3 4 5; do
		peer "$P/sock" tcp4 connect $HERE:$port close >/dev/null
		wait_until 20 test -e "$T/$name.$i" || fail "$name: not accepted"
		[ "$name" = bare ] || wait_until 20 not_in_close_wait $port ||
			fail "$name: not ended"
		sleep 0.5 # nothing touches it meanwhile
		touch "$T/$name.go.$i"
	done
	sed -n 's/^accept = //p' "$T/$name.out" | tr '\n' ' '
}

same "bare" "4 5 6 7 8 " "$(leak bare 5000 no recv 64)"
same "no" "4 5 6 7 8 " "$(leak no 5001 no recv 64)"
same "pressure, and there is none" "4 5 6 7 8 " "$(leak pressure 5002 pressure recv 64)"
no_event "nothing was reclaimed" fd-reclaimed
same "yes, but it never read the end" "4 5 6 7 8 " "$(leak unread 5003 yes sleep 1)"
same "yes, but it only peeked" "4 5 6 7 8 " "$(leak peeked 5004 yes peek 64)"
no_event "nothing was reclaimed" fd-reclaimed
same "yes" "4 4 4 4 4 " "$(leak yes 5005 yes recv 64)"
event "recorded" "fd 4 fd-reclaimed rule leak $HERE:5005"
