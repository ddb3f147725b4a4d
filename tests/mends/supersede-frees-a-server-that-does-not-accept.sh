#!/bin/sh
# supersede, the queue: while a program serves it does not accept. Once its
# connection is silent and another waits, it reads the end of file; with
# same_peer only when its own peer waits, and never while it talks.
. "$(dirname "$0")/../lib/net.sh"
add_other
same_peer="rule \"same\" { supersede { when = same_peer after = $(after 400)ms } }"
any="rule \"any\" { supersede { when = any after = $(after 400)ms } }"
looks="rule \"any\" { peer = {\"$NET.0/24\"} supersede { when = any after = $(after 400)ms } }"
port=5000

# serve NAME bare|RULES: a server of one connection at a time, on $port.
serve()
{
	port=$((port + 1))
	name=$1
	if [ "$2" = bare ]; then set -- sock; else set -- mended_sock "$2"; fi
	start $name "$@" tcp4 bind $HERE:$port listen 5 accept $(repeated 2 recv 1) recv 64 stamp close \
		use 0 accept recv 64 stay
	await_listener $port
}

# call WHO FROM [VERB…]: from one of the peer's addresses.
call()
{
	who=$1
	from=$2
	shift 2
	start $who peer "$P/sock" tcp4 bind $from:0 connect $HERE:$port "$@" stay
	soon "$who is connected" "$T/$who.out" '^connect .* = 0'
}

for how in "same $same_peer" "any $any" "looks $looks"; do
	name=${how%% *}
	serve $name "${how#* }"
	call $name.old $PEER stamp send xx
	soon "$name: served" "$T/$name.out" '^recv 1 .*'
	from=$PEER
	[ $name = same ] || from=$OTHER
	call $name.new $from send hello
	soon "$name: the one that waited is served" "$T/$name.out" '^recv 64 "hello" = 5'
	has "$name: the silent one read 0" "$T/$name.out" '^recv 64 = 0$'
	silent=$((($(stamp_of $name) - $(stamp_of $name.old)) / 1000))
	[ $silent -ge $(($(after 400) - 10)) ] ||
		fail "$name: ended after $silent ms"
	event "$name: recorded" "\[$(pid_of $name)\] fd 4 superseded rule [a-z]* $HERE:$port <- $PEER:"
	socket_is established $port || fail "$name: the newer one is gone"
done

serve bare bare
call bare.old $PEER send xx
call bare.new $PEER send hello
serve other "$same_peer"
call other.old $PEER send xx
call other.new $OTHER send hello
serve alone "$any"
call alone.old $PEER send xx
serve would "mode = observe $any"
call would.old $PEER send xx
call would.new $PEER send hello
port=$((port + 1))
start lively mended_sock "$any" tcp4 bind $HERE:$port listen 5 accept drain close use 0 accept stay
await_listener $port
# shellcheck disable=SC2046
start lively.old peer "$P/sock" tcp4 connect $HERE:$port $(repeated 20 send x sleep 100) stamp stay
soon "connected" "$T/lively.old.out" '^connect .* = 0'
call lively.new $PEER send hello
event "observe" "\[$(pid_of would)\] fd 4 would superseded rule any"
soon "silent at last, it makes room" "$T/lively.out" '^close = 0'
has "heard to the end" "$T/lively.out" '^drain 20 bytes, then = 0'
for name in bare other alone would; do
	lacks "$name: still waits for the first" "$T/$name.out" '^recv 64'
	no_event "$name: not ended" "\[$(pid_of $name)\] fd 4 superseded"
done
same "observe: told once" 1 "$(events | grep -c "\[$(pid_of would)\].*superseded")"
# The one of another peer is left in the queue, whole.
kill "$(pid_of other.old)"
soon "it is served when its turn comes" "$T/other.out" '^recv 64 "hello" = 5'
