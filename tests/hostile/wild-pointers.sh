#!/bin/sh
# NULL and wild pointers, objects flush against an unmapped page, lengths and
# numbers out of range, to every call: the kernel's own answer, bare or mended.
. "$(dirname "$0")/../lib/test.sh"

bare "$P/wild" >"$T/bare.lines" 2>&1 || fail "wild, bare: status $?"
[ "$(wc -l <"$T/bare.lines")" -gt 1000 ] || fail "wild says too little"

# answers NAME RULES
answers()
{
	mended "$2" "$P/wild" >"$T/$1.lines" 2>&1
	same "wild, $1: exit status" 0 $?
	diff "$T/bare.lines" "$T/$1.lines" >"$T/$1.diff" ||
		fail "wild, $1: bare <, mended >
$(head -n 30 "$T/$1.diff")"
}

answers no-op 'rule "none" { program = "no-such-program" ephemeral_port = yes }'
answers empty 'rule "empty" { }'
answers full 'rule "full" { ephemeral_port = yes reuse_address = yes
	keepalive { idle = 5s interval = 1s probes = 3 }
	eof { spin_limit = 3 } idle { timeout = 1h escalate = 5s }
	close_wait { after = 1h reclaim = pressure } errors = eof }'
answers addresses 'rule "from" { direction = connect local = { "127.0.0.9" } errors = eof }
	rule "to" { direction = connect peer = { "127.0.0.1" } ephemeral_port = yes
		idle { timeout = 1h } }
	rule "in" { direction = accept peer = { "127.0.0.0/8" } idle { timeout = 1h } }'
answers held 'rule "held" { direction = connect peer = { "10.0.0.1" } ephemeral_port = yes
	reuse_address = yes }'
