#!/bin/sh
# set { }: an option the kernel refuses is a mend-failed event with its errno;
# the others are set, and the program's calls go as they would.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "no" { set { so_bindtodevice = "nosuch0" tcp_congestion = "nosuch" ipv6_tclass = 16
	tcp_nodelay = yes so_linger = 5s ipv6_v6only = yes } }'
reads="get TCP_NODELAY get SO_LINGER get TCP_CONGESTION"

start there peer "$P/sock" tcp4 bind $PEER:80 listen 50 stay
await_listener 80 peer
start here mended_sock "$rules" tcp4 bind $HERE:5000 listen 5 accept $reads recv 64 stay
await_listener 5000
congestion=$(sysctl -n net.ipv4.tcp_congestion_control)
result=$(mended_sock "$rules" tcp4 bind $HERE:0 connect $PEER:80 $reads send hello)
same "a client" "tcp4 = 3
bind $HERE:0 = 0
connect $PEER:80 = 0
get TCP_NODELAY 1 = 0
get SO_LINGER 5 = 0
get TCP_CONGESTION $congestion = 0
send hello = 5" "$result"
peer "$P/sock" tcp4 connect $HERE:5000 send hello >"$T/caller.out"
soon "served" "$T/here.out" '^recv 64 "hello" = 5'
has "a server" "$T/here.out" '^get SO_LINGER 5 = 0'
for failed in "SO_BINDTODEVICE.*ENODEV" "TCP_CONGESTION.*ENOENT" "IPV6_TCLASS.*ENOPROTOOPT" \
	"IPV6_V6ONLY.*ENOPROTOOPT"; do
	event "$failed" "sock\[$(pid_of here)\] fd 3 mend-failed rule no: $failed"
done
event "the others" "fd 3 options-set rule no .*-> $PEER:80: .*SO_LINGER=5 TCP_NODELAY=1"
