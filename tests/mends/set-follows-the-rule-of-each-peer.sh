#!/bin/sh
# set { }: where a rule looks at the peer, each accepted connection has what
# its own calls for, and the listener nothing; where none does, what is
# inherited costs no call.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "four" { peer = {"'$PEER'"} set { so_linger = 0s tcp_nodelay = yes } }
rule "six" { peer = {"'$RULE_NET6'"} set { so_linger = 9s so_rcvtimeo = 90s } }
rule "rest" { set { so_priority = 4 tcp_defer_accept = 5s } }'
reads="get SO_LINGER get TCP_NODELAY get SO_RCVTIMEO get SO_PRIORITY"

start server mended_sock "$rules" tcp6 bind "[$ANY6]:5000" listen 5 $reads get TCP_DEFER_ACCEPT \
	$(repeated 3 accept $reads use 0)
await_listener 5000
peer "$P/sock" tcp4 connect $HERE:5000 close >/dev/null
peer "$P/sock" tcp6 bind "[$PEER6]:0" connect "[$HERE6]:5000" close >/dev/null
sock tcp4 connect $HERE:5000 close >/dev/null
reap_within 20 server
same "the listener, four, six, the rest" "off 0 0ms 0 0
0 1 0ms 0
9 0 90000ms 0
off 0 0ms 4" "$(sed -n 's/^get [A-Z_]* \(.*\) = 0$/\1/p' "$T/server.out" |
	xargs | sed 's/^\(off 0 0ms 0 0\) /\1\n/; s/\(0 1 0ms 0\) /\1\n/; s/\(90000ms 0\) /\1\n/')"
event "recorded with the peer" "options-set rule six $SHOWN6:5000 <- $SHOWN_PEER6:.*SO_LINGER=9"

# Inherited: not one call at the accept; what is not, one each.
counted()
{
	port=$2
	rm -f "$T/listens"
	start client peer "$P/sock" tcp4 await "$T/listens" connect $HERE:$port stay
	calls_of setsockopt,getsockopt,accept,listen mended_sock "$1" \
		tcp4 bind $HERE:$port listen 5 touch "$T/listens" accept >/dev/null
	stop client
	sed -n '/^accept(/,$p' "$T/calls" | grep -v ^accept |
		sed 's/^\([a-z]*\)([^,]*, [^,]*, \([A-Z_]*\).*/\1 \2/; s/_OLD//' | sort | xargs
}
same "inherited" "" "$(counted 'rule "i" { set { tcp_nodelay = yes so_linger = 3s tcp_linger2 = 9s } }' 5001)"
same "what is not, and who it is for the event" "getsockopt SO_COOKIE
setsockopt SO_PRIORITY setsockopt SO_RCVTIMEO setsockopt TCP_QUICKACK" \
	"$(counted 'rule "e" { set { tcp_nodelay = yes tcp_quickack = no so_priority = 3 so_rcvtimeo = 9s } }' 5002 |
		sed 's/ setsockopt/\nsetsockopt/')"

# A listener that waits is not made to give up by the timeout of its reads.
start patient mended_sock 'rule "t" { set { so_rcvtimeo = 200ms } }' \
	timed tcp4 bind $HERE:5003 listen 5 accept recv 64
await_listener 5003
sleep 0.6
peer "$P/sock" tcp4 connect $HERE:5003 sleep $(after 1500) close >/dev/null
reap_within 20 patient
has "accept waits" "$T/patient.out" '^accept = 4'
has "a read gives up" "$T/patient.out" '^recv 64 = -1 EAGAIN \((1[89][0-9]|[2-9][0-9]{2}|[0-9]{4,}) ms'
