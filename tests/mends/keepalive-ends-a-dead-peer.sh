#!/bin/sh
# A peer that vanished: bare, the read waits for ever; mended it fails after
# idle + interval * probes, and with errors = eof it returns 0.
. "$(dirname "$0")/../lib/net.sh"
alive='keepalive { idle = 1s interval = 1s probes = 2 }'
port=5000

# server NAME CALL bare|mended…: one that waits for what its client never says.
server()
{
	name=$1
	call=$2
	shift 2
	port=$((port + 1))
	start "$name" "$@" timed tcp4 bind $HERE:$port listen 5 accept "$call" 64 "$call" 64 close
	await_listener $port
	start "client.$name" peer "$P/sock" tcp4 connect $HERE:$port stay
	soon "$name: accepted" "$T/$name.out" '^accept'
}

server bare recv sock
server keep recv mended_sock "rule \"a\" { $alive }"
server observe recv mended_sock "mode = observe rule \"a\" { $alive errors = eof }"
for call in recv recvfrom read readv recvmsg recvmmsg; do
	server $call $call mended_sock "rule \"a\" { $alive errors = eof }"
done
cut_cable
for name in keep recv recvfrom read readv recvmsg recvmmsg; do
	reap_within 20 $name
done
has "errors = keep" "$T/keep.out" '^recv 64 = -1 ETIMEDOUT'
took=$(sed -n 's/^recv 64 = -1 ETIMEDOUT (\(.*\) ms)/\1/p' "$T/keep.out")
[ "$took" -ge 2500 ] || fail "before idle + interval * probes: $took ms"
for call in recv recvfrom read readv recvmsg; do
	has "errors = eof" "$T/$call.out" "^$call 64 = 0"
	lacks "errors = eof" "$T/$call.out" "^$call 64 = -1"
done
has "errors = eof" "$T/recvmmsg.out" "^recvmmsg 64 len 0 = 1"
for name in bare observe; do
	lacks "$name: still waiting" "$T/$name.out" '^recv'
	has "$name: still connected" "$T/$name.out" '^accept'
done
socket_is established 5001 || fail "bare: the kernel holds it"
socket_is established 5002 && fail "mended: the kernel let go"
exit 0
