#!/bin/sh
# A camera server that no loader starts: its camera lost its power, and it
# waits for ever. With attach it reads 0, as it was written for, and serves the
# next one. It was not restarted, and nobody compiled it anew.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/attach.sh"
static camsrv
printf '%s\n' 'rule "cameras" { program = {"camsrv"} direction = accept' \
	'peer = {"'$PEER'"} idle { timeout = 1s } }' >"$T/camsrv.conf"
"$B/sockmend" -c "$T/camsrv.conf" "$T/camsrv" 2>"$T/refused.err"
same "the wrapper cannot mend it" 126 $?
has "and names attach" "$T/refused.err" 'sockmendctl attach'

start server bare "$T/camsrv" $WILD
await_listener $WILD
pid=$(pid_of server)
start camera peer "$P/sock" tcp4 bind $PEER:1025 connect $HERE:$WILD send frame1 stay
soon "served" "$T/server.err" 'recv\(\) = 6?.*frame1'
eat_resets
cut_cable
stop camera KILL
heal_cable
socket_is established $WILD || fail "there was nothing to mend"

watch_over server -c "$T/camsrv.conf"
soon "the program reads the end of file" "$T/server.err" 'recv\(\) = 0: the camera hung up'
start again peer "$P/sock" tcp4 bind $PEER:1025 connect $HERE:$WILD send frame2 recv 64 stay
soon "and serves it again" "$T/server.err" 'frame2'
soon "it gets an answer" "$T/again.out" stored
event "the event" "camsrv\[$pid\] fd 4 idle-ended rule cameras $HERE:$WILD <- $PEER:1025: received nothing for [0-9]{4,}ms; given end of file"
has "on standard output as well" "$T/attach.out" "camsrv\[$pid\] fd 4 idle-ended rule cameras"
"$B/sockmendctl" events "$pid" >"$T/of-pid"
has "by its number" "$T/of-pid" idle-ended
"$B/sockmendctl" metrics >"$T/metrics"
has "counted" "$T/metrics" 'event="idle-ended".*program="camsrv"|program="camsrv".*event="idle-ended"'

stop server
reap_within 20 attach
same "it ends with its process" 0 $?
