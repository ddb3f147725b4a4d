#!/bin/sh
# A camera's connection is dead, and the camera calls again: suggest names
# supersede, and with its file the second call is answered.
. "$(dirname "$0")/../lib/suggest.sh"

# call NAME: a camera that says one thing, and waits for an answer.
call()
{
	start "$1" peer "$P/sock" tcp4 connect $HERE:$WILD send 8 recv 64 stay
}

start camsrv bare "$B/examples/camsrv" $WILD
await_listener $WILD
call first
soon "the first is served" "$T/first.out" 'recv 64 "stored'
call second
wait_until 20 socket_is established $WILD peer
suggest --time 3s "$(pid_of camsrv)"
has "the evidence" "$T/rules.conf" '# Somebody waits to be accepted'
has "the mend" "$T/rules.conf" '^	supersede \{ when = same_peer  after = 2s \}$'
same "one rule" 1 "$(rules_suggested)"
lacks "bare it waits" "$T/second.out" stored
stop camsrv KILL
stop first KILL
stop second KILL

start camsrv sockmend "$B/examples/camsrv" $WILD
await_listener $WILD
call first
soon "the first is served" "$T/first.out" 'recv 64 "stored'
call second
soon "and so is the second" "$T/second.out" 'recv 64 "stored'
