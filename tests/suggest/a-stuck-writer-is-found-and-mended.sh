#!/bin/sh
# A display takes nothing more, its window is zero, and send() waits for ever:
# suggest names user_timeout, and with its file the writer is free again.
. "$(dirname "$0")/../lib/suggest.sh"
hang()
{
	start display peer "$P/sock" tcp4 connect "$HERE:$1" stay
	wait_until 30 is_stuck "$1" || fail "it does not hang: $(sockets "$1")"
}

is_stuck()
{
	ss -Htno state established "sport = :$1" | grep -q persist
}

start writer bare "$B/examples/writer" $WILD
await_listener $WILD
hang $WILD
suggest --time 2s "$(pid_of writer)"
has "the evidence" "$T/rules.conf" 'with data to send'
has "the mend" "$T/rules.conf" '^	keepalive \{ user_timeout = 20s \}$'
same "one rule" 1 "$(rules_suggested)"
stop writer KILL
stop display KILL

start writer sockmend "$B/examples/writer" $WILD
await_listener $WILD
hang $WILD
wait_until 60 grep -q 'display gone' "$T/writer.err" ||
	fail "it still waits: $(sockets $WILD)"
