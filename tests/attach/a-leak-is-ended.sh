#!/bin/sh
# A static server that never closes what its clients closed. A connection whose
# peer is gone is ended by the kernel once it was asked; one whose peer only
# closed its sending side lives on; with half_close = ignore that goes too.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/attach.sh"
static leaky
peer_forgets
start server bare "$T/leaky" $WILD
await_listener $WILD
start gone peer "$P/sock" tcp4 bind $PEER:2001 connect $HERE:$WILD send a recv 64 close
start half peer "$P/sock" tcp4 bind $PEER:2002 connect $HERE:$WILD send a recv 64 shutdown WR stay
two() { [ "$(ss -Htn state close-wait "( sport = :$WILD )" | wc -l)" = 2 ]; }
wait_until 20 two || fail "nothing leaks: $(sockets $WILD)"

watch_over server -r 'close_wait { after = 1s }'
event "both are asked" '2002: closed by the peer long ago; asked if it is there'
event "and one is gone" "leaky\[[0-9]+\] fd [0-9]+ close-wait-ended rule -r 1 $HERE:$WILD <- $PEER:2001: its peer is gone"
ss -Htn state close-wait "( sport = :$WILD )" >"$T/left"
same "one of two is left" 1 "$(wc -l <"$T/left")"
has "that of the peer that lives" "$T/left" ':2002'
stop attach

# Once, and outright. (The peer's answers to the probes of before count as
# being heard of, so it takes a moment between two of them.)
once()
{
	"$B/sockmendctl" attach -r 'close_wait { after = 100ms  half_close = ignore }' \
		"$(pid_of server)" >"$T/once.out" 2>"$T/once.err" ||
		fail "attach failed"
	grep -q close-wait-ended "$T/once.out"
}
wait_until 20 once || fail "not ended"
has "what it did" "$T/once.out" 'close-wait-ended rule -r 1 .*:2002: closed by the peer long ago; reset'
has "and how much that was" "$T/once.err" 'leaky\[[0-9]+\]: sockets 2, under a rule 2, events 1'
wait_until 10 not_in_close_wait $WILD || fail "$(sockets $WILD)"
running server || fail "the program ended"
