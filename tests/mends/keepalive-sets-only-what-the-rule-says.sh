#!/bin/sh
# What a rule leaves out stays the program's or the kernel's own; a rule that
# means other sockets changes nothing.
. "$(dirname "$0")/../lib/net.sh"
values="get SO_KEEPALIVE get TCP_KEEPIDLE get TCP_KEEPINTVL get TCP_KEEPCNT get TCP_USER_TIMEOUT"

start server peer "$P/sock" tcp4 bind $PEER:80 listen 50 stay
await_listener 80 peer

# values_under RULES VERB…: the five numbers after a connect.
values_under()
{
	given=$1
	shift
	# shellcheck disable=SC2086
	mended_sock "$given" tcp4 "$@" connect $PEER:80 $values |
		sed -n 's/^get [A-Z_]* \(.*\) = 0$/\1/p' | tr '\n' ' '
}

same "idle alone" "1 7 75 9 0 " \
	"$(values_under 'rule "a" { keepalive { idle = 7s user_timeout = off } }')"
same "the program's own interval and count, in auto too" "1 7 5 2 17000 " \
	"$(values_under 'rule "a" { keepalive { idle = 7s user_timeout = auto } }' \
		set TCP_KEEPINTVL 5 set TCP_KEEPCNT 2)"
same "an empty section switches it on" "1 7200 75 9 0 " \
	"$(values_under 'rule "a" { keepalive { } }')"
same "off" "0 7200 75 9 0 " \
	"$(values_under 'rule "a" { direction = accept keepalive { idle = 7s } }')"
same "another peer" "0 7200 75 9 0 " \
	"$(values_under 'rule "a" { peer = {"'$OTHER'"} keepalive { idle = 7s } }')"
same "another port" "0 7200 75 9 0 " \
	"$(values_under 'rule "a" { peer = {"'$PEER':81-90"} keepalive { idle = 7s } }')"
same "another program" "0 7200 75 9 0 " \
	"$(values_under 'rule "a" { program = {"sockx", "/bin/sock"} keepalive { idle = 7s } }')"
same "this program" "1 7 75 9 0 " \
	"$(values_under 'rule "a" { program = {"so?k"} peer = {"'$PEER':80"}
		keepalive { idle = 7s user_timeout = off } }')"
same "its whole path" "1 7 75 9 0 " \
	"$(values_under 'rule "a" { program = {"*/tests/programs/sock"}
		keepalive { idle = 7s user_timeout = off } }')"
same "the first rule governs, also when it is silent" "0 7200 75 9 0 " \
	"$(values_under 'rule "a" { ephemeral_port = no } rule "b" { keepalive { idle = 7s } }')"
