# Two hosts for a test: . "$(dirname "$0")/../lib/net.sh"
#
# The test runs in a network namespace of its own, `here`, with one cable to
# another, `peer`, which lives as long as the process that holds it. Both go
# with the test. Here is 10.9.0.1 and fd09::1, the peer 10.9.0.2 and fd09::2.
# As another user than root, the same inside a user namespace.
# shellcheck shell=sh
. "${TOP:-$(dirname "$0")/../..}/tests/lib/alone.sh"
. "${TOP:-$(dirname "$0")/../..}/tests/lib/test.sh"

HERE=10.9.0.1 PEER=10.9.0.2 HERE6=fd09::1 PEER6=fd09::2

make_net()
{
	unshare -n sleep 3600 </dev/null >/dev/null 2>&1 &
	peer_pid=$!
	started="$started $peer_pid"
	own=$(readlink /proc/self/ns/net)
	wait_until 5 has_left "$own" || fail "no second namespace"
	ip link add cable address 02:00:00:00:00:01 type veth \
		peer name cable address 02:00:00:00:00:02 netns "$peer_pid" || exit 1
	set_up "" 1
	set_up peer 2
}

has_left()
{
	[ "$(readlink "/proc/$peer_pid/ns/net")" != "$1" ]
}

# set_up [peer] NUMBER
set_up()
{
	printf '%s\n' "link set lo up" \
		"addr add 10.9.0.$2/24 dev cable" \
		"addr add fd09::$2/64 dev cable nodad" \
		"link set cable addrgenmode none" \
		"link set cable up" | $1 ip -batch - || exit 1
}

# Run in the peer's namespace.
peer()
{
	# shellcheck disable=SC2086
	$exec nsenter -t "$peer_pid" -n -- "$@"
}

# use_family 4|6|mapped: $tcp is the verb that makes such a socket, $here and
# $there the two addresses as it takes them, $any the wildcard.
use_family()
{
	case $1 in
	4) tcp=tcp4 here=$HERE there=$PEER any=0.0.0.0 ;;
	6) tcp=tcp6 here="[$HERE6]" there="[$PEER6]" any="[::]" ;;
	mapped) tcp=tcp6 here="[::ffff:$HERE]" there="[::ffff:$PEER]" any="[::]" ;;
	esac
}

# await_listener PORT [peer]
await_listener()
{
	wait_until 20 listening "$@" || fail "nothing listens on port $1 ${2:-here}"
}

# ---- what can happen to a cable

# Nothing passes any more, silently. The drop stands at the peer.
cut_cable()
{
	peer nft -f - <<-END
		table inet cable {
			chain in { type filter hook prerouting priority -300; iifname cable drop; }
			chain out { type filter hook postrouting priority 300; oifname cable drop; }
		}
	END
}

heal_cable()
{
	peer nft delete table inet cable
}

# The peer's RSTs never leave it (a box that was power-cycled and says nothing).
eat_resets()
{
	peer nft -f - <<-END
		table inet resets {
			chain out { type filter hook output priority 0; tcp flags & rst == rst drop; }
		}
	END
}

# TIME_WAIT stays for its minute. Where both ends close at once an ACK may come
# after the peer's socket is gone; its RST would end TIME_WAIT (RFC 1337), for
# some 3 connections in 1 000.
keep_time_wait()
{
	sysctl -qw net.ipv4.tcp_rfc1337=1
}

# ---- what the kernel and the wire saw

# Lines of ss about a port, one connection a line: sockets [peer] PORT.
sockets()
{
	where=
	[ "$1" != peer ] || { where=peer; shift; }
	$where ss -HOtanoie "( sport = :$1 or dport = :$1 )"
}

# socket_is STATE PORT [peer]: some socket on that port is in that state.
socket_is()
{
	${3:-} ss -Htan state "$1" "( sport = :$2 or dport = :$2 )" | grep -q .
}

no_socket()
{
	! socket_is all "$1" "${2:-}"
}

not_in_close_wait()
{
	! socket_is close-wait "$1"
}

# Record the wire as the peer sees it into $T/wire, one packet a line.
watch_wire()
{
	start tcpdump peer tcpdump -i any -nn -l --immediate-mode "${@:-tcp}"
	wait_until 20 grep -q 'listening on' "$T/tcpdump.err" ||
		skip "no witness on the wire: $(tail -n 1 "$T/tcpdump.err")"
	ln -s tcpdump.out "$T/wire"
}

# listening PORT [peer]
listening()
{
	${2:-} ss -Hltn "sport = :$1" | grep -q .
}

make_net
