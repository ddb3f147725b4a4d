#!/bin/sh
# A program that binds a fixed source port cannot start again while its last
# connection is in TIME_WAIT. `end --how destroy` frees the port at once; so
# it does for a connection that its program has closed and the peer has not.
. "$(dirname "$0")/../lib/net.sh"
keep_time_wait
ctl=$B/sockmendctl
start server peer "$P/sock" tcp4 bind $PEER:5000 listen 5 accept recv 64 close use 0 accept recv 64 stay
await_listener 5000 peer

connects()
{
	sock tcp4 bind $HERE:49200 connect $PEER:5000 "$@" >"$T/client" 2>&1
	grep -q "^bind .* = 0" "$T/client" && grep -q "^connect .* = 0" "$T/client"
}
connects shutdown wr recv 64 close || connects close || fail "$(cat "$T/client")"
wait_until 20 socket_is time-wait 49200 || skip "no TIME_WAIT here: $(sockets 49200)"
! connects close || fail "the port can be bound: $(cat "$T/client"; sockets 49200)"

"$ctl" end --local :49200 >"$T/end.out" 2>"$T/end.err"
same "end of file for no program" 1 $?
has "what helps" "$T/end.err" '1 matching without a process .*--how destroy'
"$ctl" end -n --how destroy --local :49200 >"$T/end.out" || fail "dry run"
socket_is time-wait 49200 || fail "-n ends nothing"
"$ctl" end --how destroy --local :49200 --state time-wait >"$T/end.out" || fail "end"
has "it is reported" "$T/end.out" "^- - $HERE:49200 $PEER:5000 time-wait: destroyed\$"
no_socket 49200 || fail "$(sockets 49200)"
connects close || fail "bound again: $(cat "$T/client")"
wait_until 20 socket_is fin-wait-2 49200 || fail "no FIN_WAIT2: $(sockets 49200)"
"$ctl" end --how destroy --local :49200 --peer $PEER:5000 >"$T/end.out" || fail "end"
has "it is reported" "$T/end.out" 'fin-wait2: destroyed$'
no_socket 49200 || fail "$(sockets 49200)"
