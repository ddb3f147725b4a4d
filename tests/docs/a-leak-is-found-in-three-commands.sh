#!/bin/sh
# README's "From trouble to rule": a program piles up CLOSE_WAIT among others
# that are well. Its three commands, as they stand there, find it, write its
# rule, and serve it mended; the kernel then holds none of its connections.
. "$(dirname "$0")/../lib/net.sh"
peer_forgets
# Another test's program of that name would be looked at too.
exec 7>"${RESULTS:-$T}/pricesrv"
flock 7
export PATH="$B:$PATH" NO_COLOR=1
cd "$T" || exit 1
sed -n '/^### From trouble to rule/,/^##* [^F]/s/^    \$ //p' "$TOP/README.md" >"$T/commands"
same "commands in the README" 3 "$(wc -l <"$T/commands")"
step()
{
	sed -n "${1}p" "$T/commands"
}

clients_come()
{
	for client in 1 2 3 4 5 6 7 8 9 10 11 12; do
		peer "$P/sock" tcp4 connect $HERE:$WILD send 8 recv 64 close >/dev/null
	done
}
in_close_wait()
{
	[ "$(ss -Htan state close-wait "sport = :$WILD" | wc -l)" = "$1" ]
}

cp "$B/examples/leaky" "$T/pricesrv" || fail cp
start well bare "$P/sock" tcp4 bind $HERE:5001 listen 5 accept stay
start planted bare "$T/pricesrv" $WILD
await_listener $WILD
clients_come
wait_until 20 in_close_wait 12 || fail "nothing leaks"
# A moment in CLOSE_WAIT is no leak yet: doctor waits for more.
aged()
{
	! ss -Htnoi state close-wait "sport = :$WILD" |
		grep -Eq 'lastrcv:([0-9]{1,3}|[1-5][0-9]{3})( |$)'
}
wait_until 20 aged || fail "no time passes"

sh -c "$(step 1)" >"$T/first" 2>&1 || fail "$(step 1): $(cat "$T/first")"
has "the first names it" "$T/first" '^(warning|note): pricesrv\[[0-9]+\], in CLOSE_WAIT = 12 '
lacks "and not the other" "$T/first" '^[a-z]*: sock\['
sh -c "$(step 2)" || fail "$(step 2)"
has "the second writes its rule" "$T/pricesrv.conf" 'close_wait \{'
stop planted KILL
start mended sh -c "exec $(step 3)"
await_listener $WILD
clients_come
in_close_wait 12 || fail "nothing leaks"
wait_until 60 in_close_wait 0 ||
	fail "still there: $(sockets $WILD)
$(cat "$T/first" "$T/pricesrv.conf")"
