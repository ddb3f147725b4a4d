#!/bin/sh
# A client that calls a local port where nobody listens is, sooner or later,
# given that very port. Bare it is connected to itself, and its close keeps the
# port from its server; mended it reads ECONNREFUSED and the port stays free.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "me" { self_connect = refuse }'
[ -z "$OWN_NET" ] || sysctl -qw net.ipv4.ip_local_port_range="40000 40019"
low=$(cut -f1 /proc/sys/net/ipv4/ip_local_port_range)
tries=2000
# Of all local ports about each ninth is given in turn, at random.
[ -n "$OWN_NET" ] || tries=150000
met=127.0.0.1:$((low + 10)) refused=127.0.0.1:$((low + 12))
serve='set SO_REUSEADDR 1'

# By chance, as it happens in life. (The kernel gives every second port in turn.)
start bare sock hunt $met $tries getsockname getpeername close
reap_within 30 bare
has "bare: met itself" "$T/bare.out" "^hunt $met = 0"
has "bare: met itself" "$T/bare.out" "^getsockname $met = 0"
has "bare: met itself" "$T/bare.out" "^getpeername $met = 0"
# shellcheck disable=SC2086
has "bare: the server is kept out" - "^bind $met = -1 EADDRINUSE" <<-END
	$(sock tcp4 $serve bind $met)
END
start mended mended_sock "$rules" hunt $refused $tries touch "$T/hunted" stay
soon "mended: always refused" "$T/mended.out" "^hunt $refused = -1 ECONNREFUSED"
event "recorded" "\[$(pid_of mended)\] fd 3 self-connect-refused rule me $refused -> $refused"
left=$(ss -Htan "src $refused or dst $refused")
same "nothing is left" "" "$left"
same "mended: the server has its port at once" "listen 5 = 0" \
	"$(sock tcp4 bind $refused listen 5 | tail -n 1)"
stop mended

# At will: every family, blocking or not, and the socket lives on.
owns="$LO [::1] [::ffff:$LO]" all=[::]
[ -n "$OWN_NET" ] || owns="$LO [::ffff:$LO]" all="[::ffff:$LO]"
start server sock tcp6 bind "$all:80" listen 50 $(repeated 6 accept recv 64 use 0) stay
await_listener 80
n=40013
for own in $owns; do
	case $own in "["*) tcp=tcp6 ;; *) tcp=tcp4 ;; esac
	for how in block nonblock; do
		n=$((n + 1))
		result=$(mended_sock "$rules" $tcp set TCP_NODELAY 1 set SO_LINGER 0 $how \
			bind "$own:$n" connect "$own:$n" get SO_ERROR state get TCP_NODELAY \
			block connect "$own:80" state send hello)
		same "$own, $how" "connect $own:$n = -1 ECONNREFUSED
get SO_ERROR 0 = 0
state CLOSE = 0
get TCP_NODELAY 1 = 0
block = 0
connect $own:80 = 0
state ESTABLISHED = 0
send hello = 5" "$(echo "$result" | sed 1,5d)"
		has "bare: $own, $how" - "^state ESTABLISHED" <<-END
			$(sock $tcp set SO_LINGER 0 $how bind "$own:$n" connect "$own:$n" state)
		END
		event "recorded" "self-connect-refused rule me .*:$n -> .*:$n: ECONNREFUSED given"
	done
done
soon "the server was reached" "$T/server.out" '^recv 64 "hello" = 5'

# Not itself: the same port elsewhere, a listener on it, a rule that allows.
start elsewhere sock tcp4 bind $LO2:40003 listen 5 stay
await_listener 40003
has "the same port of another address" - "^connect $LO2:40003 = 0" <<-END
	$(mended_sock "$rules" tcp4 set SO_LINGER 0 bind $LO:40003 connect $LO2:40003)
END
for allowed in 'rule "no" { self_connect = allow }' 'rule "silent" { eof { } }' \
	'mode = observe rule "would" { self_connect = refuse }'; do
	has "$allowed" - '^state ESTABLISHED' <<-END
		$(mended_sock "$allowed" tcp4 set SO_LINGER 0 bind $LO:40004 connect $LO:40004 state)
	END
done
event "would" "would self-connect-refused rule would $LO:40004"
no_event "allowed" 'self-connect-refused rule (no|silent)'
