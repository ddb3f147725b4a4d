#!/bin/sh
# supersede { when = same_peer }: when a newer connection of the same peer is
# accepted, the older, silent one reads the end of file; not one that talks,
# not another peer's, not one of another listener.
. "$(dirname "$0")/../lib/net.sh"
rules="rule \"newer\" { supersede { when = same_peer after = $(after 500)ms } }"
add_other

port=4999
for family in 4 6 mapped; do
	use_family $family
	port=$((port - 1))
	server="$tcp bind $any:$port listen 5 accept touch $T/$family.1 accept touch $T/$family.2
		use 1 timed recv 64 close use 2 recv 64 stay"
	# shellcheck disable=SC2086 # verbs are words
	start server mended_sock "$rules" $server
	await_listener $port
	start old peer "$P/sock" $tcp connect "$here:$port" stay
	wait_until 20 test -e "$T/$family.1" || fail "not accepted"
	sleep 0.3
	start new peer "$P/sock" $tcp connect "$here:$port" await "$T/$family.go" send hello stay
	soon "$family: the older one reads 0" "$T/server.out" '^recv 64 = 0 '
	has "and is closed" "$T/server.out" '^close = 0'
	touch "$T/$family.go"
	soon "the newer one is served" "$T/server.out" '^recv 64 "hello" = 5'
	event "recorded" "\[$(pid_of server)\] fd 4 superseded rule newer .*:$port <- .*: by a newer connection"
	no_event "it alone" "\[$(pid_of server)\] fd 5 superseded"
	for name in server old new; do stop $name; done
done

# Bare it waits for ever; so it does where the rule has no reason.
start bare sock tcp4 bind $HERE:5001 listen 5 accept accept use 1 recv 64 stay
start others mended_sock "$rules" tcp4 bind $ANY:5002 listen 5 accept accept use 1 recv 64 stay
start lively mended_sock "$rules" tcp4 bind $HERE:5003 listen 5 accept touch "$T/lively.1" accept \
	use 1 $(repeated 30 recv 1) recv 64 stay
start two mended_sock "$rules" tcp4 bind $HERE:5004 listen 5 accept \
	tcp4 bind $HERE:5005 listen 5 accept use 1 recv 64 stay
for port in 5001 5002 5003 5004; do await_listener $port; done
for port in 5001 5004 5005; do
	await_listener $port
	start old.$port peer "$P/sock" tcp4 connect $HERE:$port stay
	soon "called" "$T/old.$port.out" '^connect .* = 0'
done
start new.5001 peer "$P/sock" tcp4 connect $HERE:5001 stay
start old.5002 peer "$P/sock" tcp4 bind $OTHER:0 connect $HERE:5002 stay
soon "called" "$T/old.5002.out" '^connect .* = 0'
start new.5002 peer "$P/sock" tcp4 connect $HERE:5002 stay
# shellcheck disable=SC2046
start old.5003 peer "$P/sock" tcp4 connect $HERE:5003 $(repeated 30 send x sleep 100) stamp stay
wait_until 20 test -e "$T/lively.1" || fail "not accepted"
start new.5003 peer "$P/sock" tcp4 connect $HERE:5003 stay
soon "both are accepted" "$T/lively.out" '^accept = 5'
event "one that talked is ended once it falls silent" "\[$(pid_of lively)\] fd 4 superseded"
same "and was heard until then" 30 "$(grep -c '^recv 1 "x"' "$T/lively.out")"
for name in bare others two; do
	lacks "$name: not ended" "$T/$name.out" '^recv'
	no_event "$name: not ended" "\[$(pid_of $name)\].*superseded"
done
