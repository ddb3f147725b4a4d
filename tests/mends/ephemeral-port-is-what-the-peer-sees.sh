#!/bin/sh
# A client that binds a fixed source port connects from one the kernel chose.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "free" { direction = connect ephemeral_port = yes }'
low=$(cut -d'	' -f1 /proc/sys/net/ipv4/ip_local_port_range)

# seen_from NAME bare|mended_sock RULES, ADDRESS-TO-BIND: the port the peer saw.
seen_from()
{
	address=$1
	shift
	start server peer "$P/sock" $tcp bind "$any:80" listen 5 accept-from stay
	await_listener 80 peer
	"$@" $tcp bind "$address:1025" connect "$there:80" close >"$T/client.out" ||
		fail "the client failed"
	has "it connected" "$T/client.out" '^connect .* = 0$'
	has "it bound" "$T/client.out" '^bind .*:1025 = 0$'
	soon "the peer accepted" "$T/server.out" accept-from
	stop server
	wait_until 20 no_socket 1025 # bare leaves TIME_WAIT only on this side
	sed -n 's/^accept-from .*:\([0-9]*\) = .*/\1/p' "$T/server.out"
}

sysctl -qw net.ipv4.tcp_max_tw_buckets=0 # the bare runs share one port
for family in 4 6 mapped; do
	use_family $family
	for address in "$here" "$any"; do
		same "bare, from $address" 1025 "$(seen_from "$address" sock)"
		port=$(seen_from "$address" mended_sock "$rules")
		between "mended, from $address" "$low" 60999 "$port"
	done
done
event "it is recorded" 'port-freed rule free 10\.9\.0\.1:[0-9]+ -> 10\.9\.0\.2:80'
event "it is recorded" 'port-freed rule free \[fd09::1\]:[0-9]+ -> \[fd09::2\]:80'
