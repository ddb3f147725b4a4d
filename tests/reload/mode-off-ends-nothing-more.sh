#!/bin/sh
# A rollback without a restart, as sockmend(7) has it: the policy file is
# replaced by one with `mode = off`, and a connection whose idle deadline is
# armed is not ended. Under the same policy without that line it is.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/reload.sh"
rules="rule \"silent\" { direction = accept idle { timeout = $(after 4000)ms } }"

# served NAME PORT POLICY WANTED: a connection accepted under the rules; then
# the file is replaced, and read when the server makes another socket.
served()
{
	put "$rules"
	preloaded "$1" tcp4 bind "$HERE:$2" listen 5 accept touch "$T/$1.accepted" \
		await "$T/$1.go" tcp4 close touch "$T/$1.looked" use 1 recv 9
	await_listener "$2"
	start "$1.peer" peer "$P/sock" tcp4 connect "$HERE:$2" \
		await "$T/$1.send" send hello stay
	wait_until 30 test -e "$T/$1.accepted" || fail "$1: not accepted"
	put "$3"
	let_a_second_pass
	touch "$T/$1.go"
	wait_until 30 test -e "$T/$1.looked" || fail "$1: no further socket"
	pause 5000
	touch "$T/$1.send"
	soon "$1" "$T/$1.out" "^recv 9 .*= $4\$"
}

served on 4971 "$rules" 0
event "ended" 'idle-ended rule silent .*:4971'
served off 4972 "mode = off
$rules" 5
events >"$T/events"
lacks "ended" "$T/events" ':4972 .*idle-ended|idle-ended.*:4972'
