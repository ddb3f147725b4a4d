#!/bin/sh
# Of a named process that is not mended, status says what its environment proves:
# one that was cleared on the way names no library.
. "$(dirname "$0")/../lib/test.sh"
. "$(dirname "$0")/../lib/status.sh"
rules='rule "a" { eof { } }'
sleeper=$(command -v sleep)

start cleared mended "$rules" env -i A=b "$sleeper" 600
start named env LD_PRELOAD=/nowhere/libsockmend.so "$sleeper" 600
runs() { [ "$(readlink "/proc/$(pid_of "$1")/exe")" = "$(readlink -f "$sleeper")" ]; }
wait_until 20 runs cleared || fail "it does not run"
wait_until 20 runs named || fail "it does not run"

status "$(pid_of cleared)"
same "cleared" 1 $?
has "cleared" "$T/status.err" 'not mended: LD_PRELOAD, as .*does not name the library.*env -i'
status "$(pid_of named)"
same "named" 1 $?
has "named" "$T/status.err" 'not mended, though LD_PRELOAD names the library'
