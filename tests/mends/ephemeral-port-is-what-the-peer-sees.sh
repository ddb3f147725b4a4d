#!/bin/sh
# A client that binds a fixed source port connects from one the kernel chose.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "free" { direction = connect ephemeral_port = yes }'
low=$(cut -d'	' -f1 /proc/sys/net/ipv4/ip_local_port_range)

# seen_from ADDRESS PORT sock|mended_sock RULES: the port the peer saw of a client
# that is bound there. (Its end has a TIME_WAIT then: another port for each.)
seen_from()
{
	address=$1
	from=$2
	shift 2
	start server peer "$P/sock" $tcp bind "$any:80" listen 5 accept-from stay
	await_listener 80 peer
	"$@" $tcp bind "$address:$from" connect "$there:80" close >"$T/client.out" ||
		fail "the client failed"
	has "it connected" "$T/client.out" '^connect .* = 0$'
	has "it bound" "$T/client.out" "^bind .*:$from = 0$"
	soon "the peer accepted" "$T/server.out" accept-from
	stop server
	sed -n 's/^accept-from .*:\([0-9]*\) = .*/\1/p' "$T/server.out"
}

port=1025
for family in 4 6 mapped; do
	use_family $family
	for address in "$here" "$any"; do
		same "bare, from $address" $port "$(seen_from "$address" $port sock)"
		between "mended, from $address" "$low" 60999 \
			"$(seen_from "$address" $((port + 1)) mended_sock "$rules")"
		port=$((port + 2))
	done
done
event "it is recorded" "port-freed rule free $HERE:[0-9]+ -> $PEER:80"
event "it is recorded" "port-freed rule free $SHOWN6:[0-9]+ -> $SHOWN_PEER6:80"
