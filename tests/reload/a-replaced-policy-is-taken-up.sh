#!/bin/sh
# A policy file that is replaced while programs run: a connection that is
# accepted or made from then on is governed by it, also by a program that had no
# rule before, also when it sat in accept() all the time.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/reload.sh"

# with_keepalive PORT NUMBER
with_keepalive()
{
	[ "$(ss -Htno state established "sport = :$1" | grep -c 'timer:(keepalive')" = "$2" ]
}

put 'rule "another" { program = "nobody" keepalive { idle = 60s } }'
preloaded server tcp4 bind $HERE:4971 listen 5 accept touch "$T/first" accept touch "$T/second" stay
await_listener 4971
start one peer "$P/sock" tcp4 connect $HERE:4971 stay
wait_until 20 test -e "$T/first" || fail "not accepted"
with_keepalive 4971 0 || fail "keepalive without a rule"

put 'rule "servers" { keepalive { idle = 60s interval = 10s probes = 6 } }'
let_a_second_pass
start two peer "$P/sock" tcp4 connect $HERE:4971 stay
wait_until 20 test -e "$T/second" || fail "not accepted"
with_keepalive 4971 1 || fail "the second has no keepalive, or the first has"
event "and it is recorded" "\[$(pid_of server)\] fd 5 options-set rule servers"

# A client, between two connections.
preloaded client tcp4 connect $HERE:4971 close await "$T/go" tcp4 connect $HERE:4971 stay
soon "connected" "$T/client.out" '^close = 0'
event "under the old rule" "\[$(pid_of client)\] fd 3 options-set rule servers"
put 'rule "clients" { direction = connect set { tcp_nodelay = yes } }'
let_a_second_pass
touch "$T/go"
event "under the new one" "\[$(pid_of client)\] fd 3 options-set rule clients .*: TCP_NODELAY=1"
