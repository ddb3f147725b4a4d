#!/bin/sh
# events -f shows events as they come, each once, also of processes that start
# later, and is not held up by an event that was never finished.
. "$(dirname "$0")/../lib/test.sh"
journal()
{
	"$P/journal" "$T/run" "$@" >/dev/null || fail "journal $*"
}

journal 4101 first 10 torn
start follow bare "$B/sockmendctl" events -f
soon "what was there" "$T/follow.out" 'first.*: 10$'
journal 4101 first 10 torn 20 30
soon "what comes" "$T/follow.out" 'first.*: 30$'
journal 4102 second 26
soon "a new process" "$T/follow.out" 'second.*: 26$'
journal 4101 first 10 torn 20 30 40
soon "and again the first" "$T/follow.out" 'first.*: 40$'
same "each once, in order" '10 20 30 26 40' \
	"$(sed 's/.*: //' "$T/follow.out" | xargs)"
running follow || fail "it ended by itself"
stop follow TERM
lacks "no complaint" "$T/follow.err" .

# Nobody reads any more: it ends.
start closed sh -c '"$1" events -f | head -n 1' sh "$B/sockmendctl"
soon "the first line" "$T/closed.out" ': 10$'
journal 4101 first 10 torn 20 30 40 50
reap_within 20 closed
