#!/bin/sh
# ser2net has one caller for each serial port, and keepalive of two hours. The
# caller vanishes: bare, the next one is turned away. keepalive of a rule ends
# the first connection, and the next caller speaks to the line.
. "$(dirname "$0")/../lib/net.sh"
PATH=$PATH:/usr/sbin:/sbin
needs ser2net socat nft
needs_own_net "drops what a caller sends"

# serve NAME PORT bare|mended…: its line is an echo; a caller is there.
serve()
{
	name=$1 port=$2
	shift 2
	start "$name.line" socat "PTY,link=$T/$name.tty,raw,echo=0" EXEC:cat
	wait_until 20 test -e "$T/$name.tty" || fail "no line"
	printf 'connection: &line\n  accepter: tcp,%s,%s\n  connector: serialdev,%s,9600n81,local\n' \
		"$HERE" "$port" "$T/$name.tty" >"$T/$name.yaml"
	start "$name" "$@" ser2net -n -c "$T/$name.yaml"
	await_listener "$port"
	start "$name.caller" peer "$P/sock" tcp4 bind "$PEER:1$port" \
		connect "$HERE:$port" send hello recv 64 stay
	soon "$name: it has the line" "$T/$name.caller.out" 'recv 64 "hello'
}

# call PORT: what the next caller hears.
call()
{
	peer "$P/sock" tcp4 connect "$HERE:$1" send hello recv 64 close >"$T/call" 2>&1
}

gets_in()
{
	call "$1" && grep -q 'recv 64 "hello' "$T/call"
}

serve bare 5000 bare
serve mended 5001 mended 'rule "line" { keepalive { idle = 1s interval = 1s probes = 2 } }'
peer nft -f - <<-END
	table inet vanished {
		chain in { type filter hook prerouting priority -300; tcp dport 15000-15001 drop; }
		chain out { type filter hook postrouting priority 300; tcp sport 15000-15001 drop; }
	}
END
event "its peer is dead" "ser2net\\[$(pid_of mended)\\] fd [0-9]+ peer-dead rule line .*:5001 <- $PEER:15001"
wait_until 20 gets_in 5001 || fail "mended, the next caller: $(cat "$T/call")"
call 5000
has "bare, the next is turned away" "$T/call" 'Port already in use'
socket_is established 15000 || fail "bare, the first connection is over"
