#!/bin/sh
# The same socket, refused once, connects to another server; its options and
# its place in an epoll set are kept.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "free" { ephemeral_port = yes }'

for family in 4 6 mapped; do
	use_family $family
	start server peer "$P/sock" $tcp bind "$there:80" listen 50 accept send hello stay
	await_listener 80 peer
	mended_sock "$rules" $tcp set TCP_NODELAY 1 epoll-add bind "$here:1025" \
		connect "$there:81" connect "$there:80" epoll-wait 20000 \
		get TCP_NODELAY get IP_BIND_ADDRESS_NO_PORT recv 5 >"$T/client.out"
	same "$family" "$tcp = 3
set TCP_NODELAY 1 = 0
epoll-add = 0
bind $here:1025 = 0
connect $there:81 = -1 ECONNREFUSED
connect $there:80 = 0
epoll-wait IN = 1
get TCP_NODELAY 1 = 0
get IP_BIND_ADDRESS_NO_PORT 0 = 0
recv 5 \"hello\" = 5" "$(sed 's/IN,[A-Z,]*/IN/' "$T/client.out")"
	stop server
	wait_until 20 no_socket 80 peer
done
