#!/bin/sh
# A peer that only closed its sending side answers the probes and gets its
# reply, however late; half_close = ignore ends it outright.
. "$(dirname "$0")/../lib/net.sh"
peer_forgets

server()
{
	name=$1
	port=$2
	shift 2
	start "$name" "$@" tcp4 bind $HERE:$port listen 5 accept recv 64 recv 64 \
		await "$T/reply" send reply close
	await_listener $port
	start "$name.peer" peer "$P/sock" tcp4 connect $HERE:$port send ask \
		shutdown wr recv 64 recv 64
	soon "$name: asked" "$T/$name.out" '^recv 64 = 0'
}

server bare 5000 sock
server respect 5001 mended_sock 'rule "r" { close_wait { after = 300ms } }'
server ignore 5002 mended_sock 'rule "i" { close_wait { after = 300ms half_close = ignore } }'
server observe 5003 mended_sock 'mode = observe
	rule "o" { close_wait { after = 300ms half_close = ignore } }'
event "it is probed" "\[$(pid_of respect)\] fd 4 close-wait-probed rule r"
event "it is ended" "\[$(pid_of ignore)\] fd 4 close-wait-ended rule i"
event "it would be" "\[$(pid_of observe)\] fd 4 would close-wait-ended rule o"
soon "the peer is told" "$T/ignore.peer.out" '^recv 64 = (0|-1 ECONNRESET)'
socket_is close-wait 5002 && fail "ignore: still there"
sleep 5 # several probes, each answered
touch "$T/reply"
for name in bare respect observe; do
	reap_within 20 $name.peer
	has "$name: the reply" "$T/$name.peer.out" '^recv 64 "reply" = 5'
	has "$name: the end" "$T/$name.peer.out" '^recv 64 = 0'
done
