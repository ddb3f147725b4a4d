#!/bin/sh
# supersede from outside. A static server of one client at a time: its peer came
# back by another port and waits behind its own dead connection. And a server
# that accepts at once: the newer connection of a peer ends the older, and
# that of another peer ends none.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/attach.sh"
static camsrv
add_other
start server bare "$T/camsrv" $WILD
await_listener $WILD
start dead peer "$P/sock" tcp4 bind $PEER:1025 connect $HERE:$WILD send frame1 stay
soon "served" "$T/server.err" frame1
start attach bare "$B/sockmendctl" attach --watch -r 'supersede { when = same_peer  after = 500ms }' "$(pid_of server)"
start other peer "$P/sock" tcp4 bind $OTHER:1025 connect $HERE:$WILD send frame9 recv 64 stay
waits() { ss_of -Hltn "sport = :$WILD" | awk '{ exit $2 != 1 }'; }
wait_until 20 waits || fail "it does not wait"
start back peer "$P/sock" tcp4 bind $PEER:1026 connect $HERE:$WILD send frame2 recv 64 stay
soon "who came back ends its older one" "$T/server.err" 'recv\(\) = 0'
soon "the next in the queue is served" "$T/server.err" 'frame9'
event "the event" "fd 4 superseded rule -r 1 $HERE:$WILD <- $PEER:1025: by a newer connection; given end of file"
stop attach
stop server KILL

start server sock tcp4 bind $HERE:5001 listen 5 accept touch "$T/1" accept touch "$T/2" \
	accept touch "$T/3" use 1 recv 64 touch "$T/eof" close stay
await_listener 5001
start first peer "$P/sock" tcp4 bind $PEER:3001 connect $HERE:5001 stay
wait_until 20 test -e "$T/1" || fail "not accepted"
watch_over server -r 'supersede { when = same_peer  after = 500ms } set { so_priority = 3 }'
event "it is known" 'options-set .*:3001'
start second peer "$P/sock" tcp4 bind $OTHER:3002 connect $HERE:5001 stay
wait_until 20 test -e "$T/2" || fail "not accepted"
event "that is known too" 'options-set .*:3002'
[ ! -e "$T/eof" ] || fail "another peer ended it"
start third peer "$P/sock" tcp4 bind $PEER:3003 connect $HERE:5001 stay
event "its own peer's newer one does" "superseded rule -r 1 $HERE:5001 <- $PEER:3001"
wait_until 20 test -e "$T/eof" || fail "it did not read the end"
no_event "nobody else's" 'superseded.*(3002|3003)'
