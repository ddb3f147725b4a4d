#!/bin/sh
# A process in a network and a PID namespace of its own, as in a container: its
# sockets come over, and its events have the number it has here.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/attach.sh"
. "$(dirname "$0")/../lib/rights.sh"
needs_right CAP_SYS_ADMIN "makes a process table: unshare -pf" unshare -pf true
needs unshare
cat >"$T/contained.sh" <<'END'
ip link set lo up
"$1" tcp4 bind 127.0.0.1:5000 listen 5 accept touch "$2/accepted" recv 64 close stay &
while ! ss -Hltn 'sport = :5000' | grep -q .; do sleep 0.05; done
exec "$1" tcp4 connect 127.0.0.1:5000 stay
END
start contained bare unshare --net --pid --fork --mount-proc --kill-child sh "$T/contained.sh" "$P/sock" "$T"
wait_until 20 test -e "$T/accepted" || fail "nothing is served there"
find_server()
{
	server=$(pgrep -f "^$P/sock tcp4 bind 127.0.0.1:5000") && [ -n "$server" ]
}
wait_until 10 find_server || fail "where is it?"
[ "$(readlink /proc/self/ns/net)" != "$(readlink "/proc/$server/ns/net")" ] ||
	fail "it is in our network"
start attach bare "$B/sockmendctl" attach --watch -r 'direction = accept  keepalive { idle = 100s } idle { timeout = 500ms }' "$server"
soon "it reads the end" "$T/contained.out" 'recv 64 = 0'
event "the event" "sock\\[$server\\] fd 4 idle-ended rule -r 1 127.0.0.1:5000 <- 127.0.0.1"
event "options" "sock\\[$server\\] fd 3 options-set rule -r 1 127.0.0.1:5000: TCP_KEEPIDLE=100"
nsenter -t "$server" -n ss -Htano '( sport = :5000 )' >"$T/there"
has "as its own network has them" "$T/there" 'LISTEN'
stop contained KILL
reap_within 20 attach
