#!/bin/sh
# Wild pointers under memcheck: the library itself touches no memory that is
# not there, whatever the program passes.
. "$(dirname "$0")/../lib/valgrind.sh"
rules='rule "full" { ephemeral_port = yes reuse_address = yes keepalive { idle = 5s }
	eof { spin_limit = 3 } idle { timeout = 1h } close_wait { after = 1h } errors = eof }'

# What the program passes to the kernel is reported too; it is not ours.
checked_by memcheck "$rules" --log-file="$T/log" "$P/wild" >"$T/said" 2>&1
awk '/^==[0-9]*== (Invalid|Conditional|Use of|Jump|Process terminating)/ { ours = 1 }
	/^==[0-9]*== Syscall param/ { ours = 0 }
	/^==[0-9]*== *$/ { ours = 0 }
	ours' "$T/log" >"$T/ours"
same "accesses of ours" "" "$(head -n 30 "$T/ours")"
