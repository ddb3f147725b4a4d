#!/bin/sh
# A row of status says of a connection what ss says: state, addresses, queues,
# cookie, inode; and which rule governs it.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/status.sh"
rules='rule "in" { direction = accept local = {"*:5000"} eof { } }
rule "leak" { direction = accept local = {"*:5001"} close_wait { after = 1h } }
rule "out" { direction = connect keepalive { idle = 1h } }'

start far peer "$P/sock" tcp4 bind $PEER:6000 listen 5 accept stay
await_listener 6000 peer
start server mended_sock "$rules" \
	tcp4 bind $ANY:5000 listen 7 accept touch "$T/one" \
	tcp6 bind "[$HERE6]:5001" listen 5 accept recv 1 touch "$T/two" \
	tcp4 connect $PEER:6000 send hello touch "$T/ready" stay
await_listener 5000
start waits peer "$P/sock" tcp4 connect $HERE:5000 send unread stay
wait_until 20 test -e "$T/one"
await_listener 5001
start closes peer "$P/sock" tcp6 connect "[$HERE6]:5001" shutdown WR stay
start queues peer "$P/sock" tcp4 connect $HERE:5000 stay
wait_until 20 test -e "$T/ready" || fail "not ready"
wait_until 20 socket_is close-wait 5001 || fail "no CLOSE_WAIT"
waiting() { [ "$(ss_of -Hltn 'sport = :5000' | awk '{print $2}')" = 1 ]; }
wait_until 20 waiting || fail "nobody waits"
pid=$(pid_of server)

status "$pid" || fail "status: $?"
same "rows" 5 "$(sed 1d "$T/status" | wc -l)"
cell "a listener" RULE in "$ANY:5000	-"
cell "a listener" STATE listen "$ANY:5000	-"
cell "who waits" RECVQ 1 "$ANY:5000	-"
cell "its backlog" SENDQ 7 "$ANY:5000	-"
cell "accepted" RULE in "$HERE:5000	$PEER"
cell "accepted" DIR accept "$HERE:5000	$PEER"
cell "accepted" STATE established "$HERE:5000	$PEER"
cell "unread bytes" RECVQ 6 "$HERE:5000	$PEER"
cell "left open" RULE leak "accept	$SHOWN6:5001"
cell "left open" STATE close-wait "accept	$SHOWN6:5001"
cell "left open" NEXT close_wait "accept	$SHOWN6:5001"
cell "dialled" RULE out "$PEER:6000"
cell "dialled" DIR connect "$PEER:6000"
cell "dialled" MENDS options-set "$PEER:6000"
cell "dialled" PROGRAM "$APP" "$PEER:6000"

status --json "$pid" || fail "status --json: $?"
ss -Htane state all | awk '{ for (i = 1; i <= NF; i++) {
	if ($i ~ /^ino:/) inode = substr($i, 5)
	if ($i ~ /^sk:/) print inode, substr($i, 4) } }' | sort >"$T/kernel"
ask_json '"\n".join("%d %x" % (c["inode"], c["cookie"]) for c in connections)' |
	sort >"$T/ours"
same "five sockets" 5 "$(wc -l <"$T/ours")"
same "inode and cookie as ss has them" "" "$(comm -13 "$T/kernel" "$T/ours")"
for fd in $(ask_json '" ".join(str(c["fd"]) for c in connections)'); do
	inode=$(ask_json "[c['inode'] for c in connections if c['fd'] == $fd][0]")
	same "fd $fd" "socket:[$inode]" "$(readlink "/proc/$pid/fd/$fd")"
done
same "age of what nobody wrote to" True "$(ask_json \
	'all(0 <= c["age_ms"] <= 60000 for c in connections if c["state"] == "close-wait")')"
same "policy" SOCKMEND_POLICY "$(ask_json 'processes[0]["policy"]')"
same "mode" mend "$(ask_json 'processes[0]["mode"]')"
same "nothing is made up" "[]" "$(ask_json 'whole["notes"]')"
