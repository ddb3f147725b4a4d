# Two hosts for a test: . "$(dirname "$0")/../lib/net.sh"
#
# The test runs in a network namespace of its own, `here`, with one cable to
# another, `peer`, which lives as long as the process that holds it. Both go
# with the test. Here is 10.9.0.1 and fd09::1, the peer 10.9.0.2 and fd09::2;
# the peer can take $OTHER too. As another user than root, the same inside a
# user namespace.
#
# Without the right to make namespaces, both are addresses of 127.0.0.0/8 that
# only this test uses. There is no cable to cut, and only one IPv6 address at
# most: $HERE6 is $HERE and $PEER6 is $OTHER there, as mapped addresses. A socket
# here that is bound to no address calls from $FROM; $ANY and $ANY6 are the
# wildcards, and a program that binds the real one does so on port $WILD or up to
# 15 above it. Events show $HERE6 and $PEER6 as the regular expressions $SHOWN6 and
# $SHOWN_PEER6; rules name them, and their network, as $RULE_PEER6 and $RULE_NET6.
# shellcheck shell=sh
. "${TOP:-$(dirname "$0")/../..}/tests/lib/alone.sh"
. "${TOP:-$(dirname "$0")/../..}/tests/lib/test.sh"

HERE=$NET.1 PEER=$NET.2 OTHER=$NET.3
HERE6=fd09::1 PEER6=fd09::2 FROM=$HERE ANY=0.0.0.0 ANY6=::
RULE_PEER6='[fd09::2]' RULE_NET6='[fd09::]/16' peer_calls_from=$PEER WILD=5000
SHOWN6='\[fd09::1\]' SHOWN_PEER6='\[fd09::2\]'

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

# Two addresses of 127.0.0.0/8 instead. A wildcard would meet those of the tests
# beside this one, so that it is $HERE.
share_net()
{
	HERE6=::ffff:$HERE PEER6=::ffff:$OTHER RULE_PEER6=$OTHER RULE_NET6=$OTHER
	WILD=$((10000 + $$ * 16 % 20000))
	FROM=127.0.0.1 ANY=$HERE ANY6=$HERE6 SHOWN6=$HERE SHOWN_PEER6=$OTHER
	ss_here="( src $NET.0/24 or dst $NET.0/24 or src 0.0.0.0/32 or src [::] )"
	peer_library=$B/tests/peer.so
	[ "$peer_library" -nt "$TOP/tests/lib/peer.c" ] ||
		{ mkdir -p "$B/tests" && cc -shared -fPIC -O1 -o "$peer_library.$$" \
			"$TOP/tests/lib/peer.c" && mv "$peer_library.$$" "$peer_library"; } ||
		fail "$TOP/tests/lib/peer.c does not compile"
}

# Run in the peer's namespace.
peer()
{
	if [ -n "$OWN_NET" ]; then
		# shellcheck disable=SC2086
		$exec nsenter -t "$peer_pid" -n -- "$@"
	else
		# shellcheck disable=SC2086
		$exec env PEER="$peer_calls_from" HERE="$HERE" \
			LD_PRELOAD="$peer_library" "$@"
	fi
}

# The peer has $OTHER, too.
add_other()
{
	[ -z "$OWN_NET" ] || peer ip addr add "$OTHER/24" dev cable
}

# use_family 4|6|mapped: $tcp is the verb that makes such a socket, $here and
# $there the two addresses as it takes them, $any the wildcard.
use_family()
{
	peer_calls_from=$PEER
	case $1 in
	4) tcp=tcp4 here=$HERE there=$PEER any=$ANY ;;
	6) tcp=tcp6 here="[$HERE6]" there="[$PEER6]" any="[$ANY6]"
		peer_calls_from=${PEER6#::ffff:} ;;
	mapped) tcp=tcp6 here="[::ffff:$HERE]" there="[::ffff:$PEER]" any="[$ANY6]" ;;
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
	needs_own_net "cuts a cable"
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
	needs_own_net "eats packets"
	peer nft -f - <<-END
		table inet resets {
			chain out { type filter hook output priority 0; tcp flags & rst == rst drop; }
		}
	END
}

# TIME_WAIT stays for its minute. Where both ends close at once an ACK may come
# after the peer's socket is gone; its RST would end TIME_WAIT (RFC 1337), for
# some 3 connections in 1 000. (A shared network keeps its setting.)
keep_time_wait()
{
	[ -z "$OWN_NET" ] || sysctl -qw net.ipv4.tcp_rfc1337=1
}

# no_time_wait [peer]: a port is free as soon as its connections are closed. In a
# shared network that holds for the servers of the peer alone.
no_time_wait()
{
	if [ -n "$OWN_NET" ]; then
		${1:-} sysctl -qw net.ipv4.tcp_max_tw_buckets=0
	else
		export PEER_REUSES=1
	fi
}

# The peer forgets a connection that it has closed after a second, not a minute.
peer_forgets()
{
	if [ -n "$OWN_NET" ]; then
		peer sysctl -qw net.ipv4.tcp_fin_timeout=1
	else
		export PEER_FORGETS=1
	fi
}

# ---- what the kernel and the wire saw

# ss_of [peer] OPTIONS FILTER: what ss says of the sockets of this test here, or
# at the peer. A socket here may be bound to the wildcard.
ss_of()
{
	ss_where=
	[ "$1" != peer ] || { ss_where=peer; shift; }
	if [ -n "$OWN_NET" ]; then
		# shellcheck disable=SC2086
		$ss_where ss $1 "( $2 )"
	elif [ -n "$ss_where" ]; then
		# shellcheck disable=SC2086
		ss $1 "( $2 ) and ( src $PEER or src $OTHER )"
	else
		# shellcheck disable=SC2086
		ss $1 "( $2 ) and not ( src $PEER or src $OTHER ) and $ss_here"
	fi
}

# Lines of ss about a port, one connection a line: sockets [peer] PORT.
sockets()
{
	where=
	[ "$1" != peer ] || { where=peer; shift; }
	ss_of $where -HOtanoie "sport = :$1 or dport = :$1"
}

# socket_is STATE PORT [peer]: some socket on that port is in that state.
socket_is()
{
	ss_of ${3:-} "-Htan state $1" "sport = :$2 or dport = :$2" | grep -q .
}

no_socket()
{
	! socket_is all "$1" "${2:-}"
}

# port_is_free PORT: what binds it next meets no socket; where connections stay in
# TIME_WAIT (no_time_wait), none that matters to SO_REUSEADDR.
port_is_free()
{
	if [ -n "$OWN_NET" ]; then
		no_socket "$1"
	else
		[ -z "$(sockets "$1" | grep -v '^TIME-WAIT')" ]
	fi
}

not_in_close_wait()
{
	! socket_is close-wait "$1"
}

# Record the wire as the peer sees it into $T/wire, one packet a line.
watch_wire()
{
	if [ -n "$OWN_NET" ]; then
		start tcpdump peer tcpdump -i any -nn -l --immediate-mode "${@:-tcp}"
	else
		start tcpdump bare tcpdump -i lo -nn -l --immediate-mode \
			"(${*:-tcp}) and host $PEER"
	fi
	wait_until 20 grep -q 'listening on' "$T/tcpdump.err" ||
		skip "no witness on the wire: $(tail -n 1 "$T/tcpdump.err")"
	ln -s tcpdump.out "$T/wire"
}

# listening PORT [peer]
listening()
{
	ss_of ${2:-} -Hltn "sport = :$1" | grep -q .
}

if [ -n "$OWN_NET" ]; then
	make_net
else
	share_net
fi
