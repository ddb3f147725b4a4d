#!/bin/sh
# Blocked in any read, or waiting in poll, select or epoll, blocking or not:
# every program learns of the end as it would of a real one. On connect, too.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "quiet" { idle { timeout = 300ms } }'

# reader NAME SOCKETS WAIT…: bare in vain for 2 s, mended to the end.
port=5000
reader()
{
	name=$1
	open=$2
	shift 2
	port=$((port + 1))
	# shellcheck disable=SC2086
	start "bare.$name" sock tcp4 bind $HERE:$port listen 5 $open "$@" close
	await_listener $port
	start "bare.$name.client" peer "$P/sock" tcp4 connect $HERE:$port stay
	port=$((port + 1))
	# shellcheck disable=SC2086
	start "$name" mended_sock "$rules" tcp4 bind $HERE:$port listen 5 $open "$@" close
	await_listener $port
	start "$name.client" peer "$P/sock" tcp4 connect $HERE:$port stay
	readers="$readers $name"
}

readers=
for call in recv recvfrom recvmsg read readv recv-waitall; do
	reader $call accept $call 64
done
reader recvmmsg accept recvmmsg 64
reader poll "accept nonblock" poll 20000 recv 64
reader select "accept nonblock" select 20000 recv 64
reader epoll "accept epoll-add" epoll-wait 20000 recv 64
reader accept4 accept4 poll 20000 read 64
reader timeout "accept set SO_RCVTIMEO 20000" recv 64

for name in $readers; do
	reap_within 20 $name
	has "$name: the end" "$T/$name.out" ' 64 (len )?0 = |64 = 0$|len 0 = 1'
	lacks "$name: no error" "$T/$name.out" '= -1'
	lacks "bare: $name waits" "$T/bare.$name.out" ' 64 |^close'
done
has "poll said so" "$T/poll.out" '^poll IN.*RDHUP'

# A client whose server says nothing.
start server peer "$P/sock" tcp4 bind $PEER:80 listen 5 stay
await_listener 80 peer
start client mended_sock "$rules" tcp4 connect $PEER:80 recv 64 close
start nonblocking mended_sock "$rules" tcp4 nonblock connect $PEER:80 poll-out 20000 \
	poll 20000 recv 64 close
reap_within 20 client
has "connect" "$T/client.out" '^recv 64 = 0'
reap_within 20 nonblocking
has "non-blocking connect" "$T/nonblocking.out" '^connect .* = -1 EINPROGRESS'
has "non-blocking connect" "$T/nonblocking.out" '^recv 64 = 0'
event "recorded" "idle-ended rule quiet $FROM:[0-9]+ -> $PEER:80"
