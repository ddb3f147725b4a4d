#!/bin/sh
# errors = eof speaks of peers that a probe found dead. A reset that the peer
# sent is still ECONNRESET, and a timed-out SO_RCVTIMEO still EAGAIN.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "a" { keepalive { idle = 5s } errors = eof }'

for run in bare mended; do
	set -- sock
	[ $run = bare ] || set -- mended_sock "$rules"
	start $run "$@" tcp4 bind $HERE:5000 listen 5 accept set SO_RCVTIMEO 50 \
		recv 64 set SO_RCVTIMEO 0 recv 64 recv 64 nonblock recv 64 close
	await_listener 5000
	peer "$P/sock" tcp4 set SO_LINGER 0 connect $HERE:5000 sleep 500 close >/dev/null
	reap_within 20 $run
done
has "bare: a reset" "$T/bare.out" '^recv 64 = -1 ECONNRESET'
same "the same mended" "$(cat "$T/bare.out")" "$(cat "$T/mended.out")"
