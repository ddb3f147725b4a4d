#!/bin/sh
# `end` ends the connection that was chosen and no other: with eof the program
# reads 0 and its answer still reaches the peer, with reset the peer reads an
# error, with destroy the program does. Bare and mended programs alike.
. "$(dirname "$0")/../lib/net.sh"
ctl=$B/sockmendctl
rule='rule "r" { eof { } }'

# end ARGUMENT…: into $T/end.out and .err, the status as a result.
end()
{
	"$ctl" end "$@" >"$T/end.out" 2>"$T/end.err"
}

# serve NAME PORT VERB…: accepts two; the verbs are for the second. Two
# clients from ports PORT+1 and PORT+2, which read.
serve()
{
	name=$1 port=$2
	shift 2
	start "$name" "$how" "$P/sock" tcp4 bind $HERE:$port listen 5 accept accept "$@"
	await_listener "$port"
	for n in 1 2; do
		start "$name$n" peer "$P/sock" tcp4 bind $PEER:$((port + n)) \
			connect $HERE:$port recv 64 stay
		soon "client $n" "$T/$name$n.out" '^connect'
		wait_until 20 socket_is established $((port + n)) || fail "client $n"
	done
	soon "both accepted" "$T/$name.out" '^accept = 5'
}
bare_() { bare "$@"; }
mended_() { mended "$rule" "$@"; }

base=5000
for how in bare_ mended_; do
	base=$((base + 100))
	serve eof $base recv 64 send answer close stay
	end --peer $PEER:$((base + 2)) || fail "eof: $(cat "$T/end.err")"
	has "eof is reported" "$T/end.out" \
		"^$(pid_of eof):5 sock $HERE:$base $PEER:$((base + 2)) established: shutdown\\(SHUT_RD\\)"
	soon "$how: it reads end of file" "$T/eof.out" '^recv.* = 0'
	soon "$how: its answer arrives" "$T/eof2.out" '^recv.* = 6'
	socket_is established $((base + 1)) || fail "the other one was ended too"
	stop eof

	base=$((base + 100))
	serve reset $base stay
	end --how reset "$(pid_of reset):5" || fail "reset: $(cat "$T/end.err")"
	soon "$how: the peer reads an error" "$T/reset2.out" '^recv.* = -1 ECONNRESET'
	socket_is established $((base + 1)) || fail "the other one was ended too"

	# More than one: not without a yes.
	end --how reset "$(pid_of reset)" --peer $PEER || fail "the last one"
	stop reset

	base=$((base + 100))
	serve destroy $base recv 64 stay
	end --how destroy --local $HERE:$base </dev/null
	same "two match" 1 $?
	has "two match" "$T/end.err" '2 connections match, and none was ended: -y'
	same "both are listed" 2 "$(wc -l <"$T/end.out")"
	end -n -y --how destroy --local $HERE:$base || fail "dry run"
	socket_is established $((base + 2)) || fail "-n ended it"
	end -y --how destroy --local $HERE:$base || fail "destroy: $(cat "$T/end.err")"
	soon "$how: the program reads an error" "$T/destroy.out" '^recv.* = -1 ECONNABORTED'
	! socket_is established $base || fail "still there: $(sockets $base)"
	listening $base || fail "the listener was ended"
	stop destroy
done
