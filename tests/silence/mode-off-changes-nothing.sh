#!/bin/sh
# mode = off in the policy, SOCKMEND_MODE=off, a policy that names other
# programs, an empty one: the same system calls as without the library, for a
# client and a server that every mend would mean.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/trace.sh"
everything='rule "all" { ephemeral_port = yes reuse_address = yes keepalive { idle = 1s }
	eof { spin_limit = 1 answer = reset } idle { timeout = 50ms action = reset }
	close_wait { after = 10ms half_close = ignore reclaim = yes } errors = eof }'
no_time_wait
start server peer "$P/sock" tcp4 bind $PEER:80 listen 50 stay
await_listener 80 peer

# trace NAME POLICY MODE: what the two programs asked of the kernel.
trace()
{
	preload="-E LD_PRELOAD=$B/libsockmend.so -E SOCKMEND_MODE=$3"
	[ "$1" != bare ] || preload=
	# shellcheck disable=SC2086
	start served strace -qq -o "$T/$1.1" -e trace=network,desc $preload -E SOCKMEND_POLICY="$2" \
		"$P/sock" tcp4 bind $HERE:5000 getsockname listen 5 accept recv 64 \
		recv 64 recv 64 close use 0 close
	await_listener 5000
	start client peer "$P/sock" tcp4 connect $HERE:5000 sleep 300 close
	reap_within 60 served || fail "$1: server"
	# shellcheck disable=SC2086
	strace -qq -o "$T/$1.2" -e trace=network,desc $preload -E SOCKMEND_POLICY="$2" \
		"$P/sock" tcp4 set SO_LINGER 0 bind $HERE:1025 getsockname connect $PEER:80 \
		getsockname recv-dontwait 9 close >/dev/null || fail "$1: client"
	reap_within 20 client
	wait_until 20 no_socket 5000
	plain "$T/$1.1" >"$T/$1.calls"
	plain "$T/$1.2" >>"$T/$1.calls"
}

trace bare "" ""
[ "$(wc -l <"$T/bare.calls")" -gt 20 ] || fail "nothing was traced"
trace off "$(cat "$(policy "mode = off $everything")")" ""
trace environment "$(cat "$(policy "$everything")")" off
trace others "$(cat "$(policy "$NO_RULE")")" ""
trace empty "$(cat "$(policy "")")" ""
for name in off environment others empty; do
	diff -u "$T/bare.calls" "$T/$name.calls" >"$T/diff" ||
		fail "$name: not the same calls
$(cat "$T/diff")"
done
same "no journal" "" "$(ls "$SOCKMEND_RUNDIR")"
