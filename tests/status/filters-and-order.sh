#!/bin/sh
# status shows what was asked for, in the order that was asked for; what it
# does not understand is an error that names it.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/status.sh"
# On loopback every peer is in one network.
peers4=$NET.0/24
[ -n "$OWN_NET" ] || peers4=$PEER/32
rules='rule "a" { peer = {"'$peers4'"} eof { } }
rule "b" { peer = {"'$RULE_NET6'"} eof { } }'
start server mended_sock "$rules" tcp6 bind "[$ANY6]:5000" listen 9 \
	accept touch "$T/1" accept touch "$T/2" accept touch "$T/3" stay
await_listener 5000
start one peer "$P/sock" tcp4 bind $PEER:7003 connect $HERE:5000 send x stay
wait_until 20 test -e "$T/1"
start two peer "$P/sock" tcp6 bind "[$PEER6]:7002" connect "[$HERE6]:5000" stay
wait_until 20 test -e "$T/2"
start three peer "$P/sock" tcp4 bind $PEER:7001 connect $HERE:5000 close
wait_until 20 test -e "$T/3" || fail "not accepted"
wait_until 20 socket_is close-wait 7001 || fail "no CLOSE_WAIT"
pid=$(pid_of server)

ports()
{
	status "$@" "$pid" || fail "status $*: $?"
	sed 1d "$T/status" | cut -f 8 | sed 's/.*://' | xargs
}
same "all" "- 7003 7002 7001" "$(ports)"
same "a state" "7001" "$(ports --state close-wait)"
same "the kernel's own word" "7001" "$(ports --state CLOSE_WAIT)"
same "two states" "- 7001" "$(ports --state listen,close-wait)"
same "a state nobody is in" "" "$(ports --state syn-sent)"
same "a rule" "7002" "$(ports --rule b)"
same "rules" "7003 7002 7001" "$(ports --rule '[ab]')"
same "IPv4 peers" "7003 7001" "$(ports --peer $peers4)"
same "IPv6 peers" "7002" "$(ports --peer $RULE_NET6)"
same "a port" "7001" "$(ports --peer $PEER:7001)"
same "ports" "7002 7001" "$(ports --peer '*:7001-7002')"
same "both" "7001" "$(ports --peer $PEER --state close-wait)"
same "the program" "- 7003 7002 7001" "$(ports --program "$APP")"
same "another program" "" "$(ports --program 'no*such')"
same "by peer" "7001 7003 7002" "$(ports --sort peer --rule '[ab]')"
same "by state" "7003 7002 7001 -" "$(ports --sort state)"
same "by silence" "7002" "$(ports --sort received --state established | cut -d ' ' -f 2)"
status --program "$APP"
same "without a pid" 5 "$(wc -l <"$T/status")"

for wrong in '--state nonsense' '--state ,' '--sort nonsense' '--peer nonsense' \
	'--peer 10.0.0.1/33' '0' '-1' '12x' '99999999999' '--watch --json' '--nonsense'; do
	# shellcheck disable=SC2086
	status $wrong
	same "status $wrong" 2 $?
	[ -s "$T/status.err" ] || fail "status $wrong: nothing said"
	same "status $wrong: stdout" "" "$(cat "$T/status")"
done
