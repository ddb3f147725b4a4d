#!/bin/sh
# A program holds a connection whose peer has reset it. dead { after } records
# it, action = terminate sends SIGTERM; a connection that lives, or that the
# program closes in time, is neither.
. "$(dirname "$0")/../lib/net.sh"

# hold NAME PORT bare|mended…: it accepts two, and reads from none.
hold()
{
	name=$1 port=$2
	shift 2
	start "$name" "$@" tcp4 bind $HERE:$port listen 5 accept accept stay
	await_listener $port
	start "$name.lives" peer "$P/sock" tcp4 connect $HERE:$port stay
	soon "$name: one" "$T/$name.out" '^accept = 4'
	peer "$P/sock" tcp4 connect $HERE:$port set SO_LINGER 0 close >"$T/$name.dies.out"
	soon "$name: both" "$T/$name.out" '^accept = 5'
}

hold logged 5000 mended_sock 'rule "held" { dead { after = 200ms } }'
event "held" "\[$(pid_of logged)\] fd 5 dead-held rule held"
no_event "the other one lives" "\[$(pid_of logged)\] fd 4 dead-held"
running logged || fail "it was ended"

hold bare 5001 sock
hold ended 5002 mended_sock 'rule "held" { dead { after = 200ms action = terminate } }'
event "terminated" "\[$(pid_of ended)\] fd 5 terminated rule held"
reap_within 20 ended
same "by SIGTERM" 143 $?
running bare || fail "bare, it ended"

hold observed 5003 mended_sock 'rule "held" { mode = observe dead { after = 200ms action = terminate } }'
event "only recorded" "\[$(pid_of observed)\] fd 5 would terminated? ?rule held"
running observed || fail "it was ended though only observed"
