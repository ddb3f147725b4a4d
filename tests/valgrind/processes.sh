#!/bin/sh
# Programs that fork, spawn, cancel, close and end under a watch: memcheck and
# helgrind have nothing to say.
. "$(dirname "$0")/../lib/valgrind.sh"
rules='rule "quiet" { direction = accept ephemeral_port = yes reuse_address = yes
	keepalive { idle = 5s } eof { spin_limit = 3 }
	idle { timeout = 300ms escalate = 300ms } close_wait { after = 1h } errors = eof }'

wrong=
for tool in memcheck helgrind; do
	for story in fork server_that_forks raw_fork vfork cancel failed_calls closefrom \
		unshare_refused low_numbers main_leaves only_main_leaves signals; do
		checked_by $tool "$rules" "$P/life" $story >"$T/said" 2>&1
		status=$?
		[ $status = 7 ] || wrong="$wrong
---- $tool, $story: status $status
$(head -n 60 "$T/said")"
	done
done
[ -z "$wrong" ] || fail "$wrong"
