#!/bin/sh
# A program's name may hold quotes, stars and escapes: the file is well, keeps
# them from the terminal, and means just that program. Its children count.
. "$(dirname "$0")/../lib/suggest.sh"
name=$(printf 'we"ird*[a]\\\033[2J?')
cp "$B/examples/leaky" "$T/$name" || fail cp
start parent bare sh -c '"$1" "$2" & wait' launcher "$T/$name" $WILD
await_listener $WILD
started="$started $(ss -Hltnp "sport = :$WILD" | sed 's/.*pid=\([0-9]*\).*/\1/')"
for client in 1 2 3; do
	peer "$P/sock" tcp4 connect $HERE:$WILD close >/dev/null
done
wait_until 20 socket_is close-wait $WILD || fail "no CLOSE_WAIT"
suggest --time 1s "$(pid_of parent)"
same "one rule, of the child's" 1 "$(rules_suggested)"
same "no control byte" "" "$(tr -d '\t\n[:print:]' <"$T/rules.conf")"
"$B/sockmendctl" show -c "$T/rules.conf" "$name" >"$T/show" || fail "show"
has "it means this program" "$T/show" 'close_wait'
"$B/sockmendctl" show -c "$T/rules.conf" "weird" >"$T/show"
lacks "and no other" "$T/show" 'close_wait'
