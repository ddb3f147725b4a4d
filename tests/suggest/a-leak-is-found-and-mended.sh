#!/bin/sh
# Three clients have closed and the server has not: suggest names close_wait,
# and with its file the same clients leave nothing behind.
. "$(dirname "$0")/../lib/suggest.sh"
peer_forgets

clients_come()
{
	for client in 1 2 3; do
		peer "$P/sock" tcp4 connect "$HERE:$1" send 8 recv 64 close >>"$T/clients"
	done
}

# A name of its own: other tests have their leaky.
name=leaky-$$
cp "$B/examples/leaky" "$T/$name" || fail cp
start leaky bare "$T/$name" $WILD
await_listener $WILD
clients_come $WILD
suggest --time 1s "$name"
same "one rule" 1 "$(rules_suggested)"
has "for the program" "$T/rules.conf" "program = \"$name\""
has "at its port" "$T/rules.conf" 'local = \{"\*:'$WILD'"\}'
has "the evidence" "$T/rules.conf" '# proof: 3 connections in CLOSE_WAIT'
has "the mend" "$T/rules.conf" '^	close_wait \{ after = 10s \}$'
lacks "and no other" "$T/rules.conf" '^	(idle|keepalive|eof|supersede|ephemeral_port)'
same "bare they stay" 3 "$(ss -Htan state close-wait "sport = :$WILD" | wc -l)"
stop leaky KILL

start leaky sockmend "$T/$name" $WILD
await_listener $WILD
clients_come $WILD
socket_is close-wait $WILD || fail "nothing leaks"
wait_until 60 not_in_close_wait $WILD || fail "still there: $(sockets $WILD)"
same "all were served" 6 "$(grep -c 'price 10' "$T/clients")"
