#!/bin/sh
# A camera's connection is silent, and the camera calls again: suggest names
# supersede with its risk, as a comment, for the first may be alive. Taken, the
# second call is answered.
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
suggest --time 12s "$(pid_of camsrv)"
has "the evidence" "$T/rules.conf" '# hint: .* served while the next client'
has "the mend" "$T/rules.conf" '^# 	supersede \{ when = same_peer  after = 10s \}$'
has "its risk" "$T/rules.conf" '^# 	# risk: '
same "no active rule" 0 "$(rules_suggested)"
take_hints
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
