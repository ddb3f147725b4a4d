#!/bin/sh
# A child per connection, as inetd and its time did it: the parent closes its
# copy at once, and the child's read still ends.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "quiet" { idle { timeout = 500ms } }'

for run in bare mended; do
	set -- sock
	port=5000
	[ $run = bare ] || { set -- mended_sock "$rules"; port=5001; }
	start $run "$@" tcp4 bind $HERE:$port listen 5 \
		accept child recv 64 close touch "$T/$run.first" end close \
		use 0 accept child recv 64 recv 64 close touch "$T/$run.second" end close \
		touch "$T/$run.parent" stay
	await_listener $port
	start $run.client peer "$P/sock" tcp4 connect $HERE:$port stay
	soon "$run: the first is accepted" "$T/$run.out" "^accept"
	start $run.client2 peer "$P/sock" tcp4 connect $HERE:$port send hello stay
	wait_until 20 test -e "$T/$run.parent" || fail "$run: the parent hangs"
done
wait_until 20 test -e "$T/mended.second" || fail "the second child waits for ever"
wait_until 20 test -e "$T/mended.first" || fail "the first child waits for ever"
[ ! -e "$T/bare.first" ] || fail "bare: the first child did not wait"
[ ! -e "$T/bare.second" ] || fail "bare: the second child did not wait"
same "they read the end" 2 "$(grep -c '^recv 64 = 0' "$T/mended.out")"
