#!/bin/sh
# Threads that open and close watched connections while the watch task ends
# them: memcheck and helgrind have nothing to say.
. "$(dirname "$0")/../lib/valgrind.sh"
rules='rule "hasty" { direction = accept eof { } idle { timeout = 10ms } close_wait { after = 10ms } }'

for tool in memcheck helgrind; do
	checked_by $tool "$rules" "$P/race" ordered 8 5 >"$T/said" 2>&1 ||
		fail "$tool: $(head -n 80 "$T/said")"
	has "$tool" "$T/said" '^ended 40 missed 0'
done
