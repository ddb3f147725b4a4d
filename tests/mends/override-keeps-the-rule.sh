#!/bin/sh
# override = yes: what the rule set stays against the program's own setsockopt,
# which gives 0; getsockopt tells the truth; the loser is an event. What the
# kernel would refuse it refuses. override = no: the program wins, and that is
# an event.
. "$(dirname "$0")/../lib/net.sh"
set='keepalive { idle = 7s } set { so_linger = 5s tcp_nodelay = yes tcp_congestion = "reno"
	so_sndtimeo = 9s ip_tos = 16 so_rcvbuf = 30000 }'
rules="rule \"rule's\" { $set override = yes }"
other="rule \"program's\" { $set }"
play="set SO_LINGER 1 set TCP_NODELAY 0 set TCP_CONGESTION bbr set SO_SNDTIMEO 1000
	set TCP_KEEPIDLE 99 set SO_KEEPALIVE 0 set TCP_SYNCNT 4 set-len IP_TOS 8 1 set SO_RCVBUF 9000"
reads="get SO_LINGER get TCP_NODELAY get TCP_CONGESTION get SO_SNDTIMEO
	get TCP_KEEPIDLE get SO_KEEPALIVE get TCP_SYNCNT get IP_TOS get SO_RCVBUF"
[ -z "$OWN_NET" ] ||
	sysctl -qw net.ipv4.tcp_allowed_congestion_control="reno cubic bbr" 2>/dev/null
grep -qw bbr /proc/sys/net/ipv4/tcp_allowed_congestion_control || play=$(echo "$play" | sed 's/bbr/cubic/')

values()
{
	sed -n 's/^get [A-Z0-9_]* \(.*\) = 0$/\1/p' | xargs
}

start there peer "$P/sock" tcp4 bind $PEER:80 listen 50 stay
await_listener 80 peer
port=5000
# shellcheck disable=SC2086 # verbs are words
for who in bare yes no; do
	case $who in
	bare) run=sock wanted="1 0 bbr 1000ms 99 0 4 8 18000" ;;
	yes) run="mended_sock $rules" wanted="5 1 reno 9000ms 7 1 4 16 60000" ;;
	no) run="mended_sock $other" wanted="1 0 bbr 1000ms 99 0 4 8 18000" ;;
	esac
	case $play in *bbr*) ;; *) wanted=$(echo "$wanted" | sed 's/bbr/cubic/') ;; esac
	[ $who = bare ] && set -- || set -- "${run#mended_sock }"
	${run%% *} "$@" tcp4 connect $PEER:80 $play $reads >"$T/$who.client"
	lacks "$who: every setsockopt gives 0" "$T/$who.client" '^set.*= -1'
	same "$who: a client" "$wanted" "$(values <"$T/$who.client")"
	port=$((port + 1))
	start server ${run%% *} "$@" tcp4 bind $HERE:$port listen 5 accept $play $reads
	await_listener $port
	peer "$P/sock" tcp4 connect $HERE:$port close >/dev/null
	reap_within 20 server
	lacks "$who: every setsockopt gives 0" "$T/server.out" '^set.*= -1'
	same "$who: what is accepted" "$wanted" "$(values <"$T/server.out")"
done
for option in SO_LINGER TCP_NODELAY TCP_CONGESTION SO_SNDTIMEO TCP_KEEPIDLE SO_KEEPALIVE \
	IP_TOS SO_RCVBUF; do
	event "the rule's, accepted" "fd 4 override-kept rule rule's .*<-.*: the rule's $option stands"
	event "the program's" "override-kept rule program's .*->.*: the program's own $option stands"
done
no_event "what the rule does not set is nobody's business" 'TCP_SYNCNT'

# On a listener, for whoever is accepted from it.
start listener mended_sock "$rules" tcp4 bind $HERE:5100 listen 5 set SO_LINGER 1 set TCP_NODELAY 0 \
	get SO_LINGER accept get SO_LINGER get TCP_NODELAY
await_listener 5100
peer "$P/sock" tcp4 connect $HERE:5100 close >/dev/null
reap_within 20 listener
same "a listener" "5 5 1" "$(values <"$T/listener.out")"
event "recorded" "fd 3 override-kept rule rule's $HERE:5100: the rule's SO_LINGER stands"

# The kernel's own answers to what it would not take, ours under either.
wild="place wild set SO_LINGER 1 set TCP_NODELAY 0 set TCP_CONGESTION bbr place nil set SO_SNDTIMEO 5
	place plain set-len SO_LINGER 1 4 set-len SO_LINGER 1 0 set-len TCP_NODELAY 1 3
	set-len SO_SNDTIMEO 1 8 set-len TCP_CONGESTION reno 0 set-len IP_TOS 1 0
	set-len TCP_NODELAY 1 -1 set-len TCP_KEEPIDLE 9 1 close set TCP_NODELAY 1
	udp4 set TCP_NODELAY 1 fd 0 set TCP_NODELAY 1"
# shellcheck disable=SC2086
for given in "$rules" "$other"; do
	same_with "$given" tcp4 connect $PEER:80 $wild
	same_with "$given" tcp4 connect $PEER:80 place edge $play place plain tcp4 $play
done
