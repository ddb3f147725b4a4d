#!/bin/sh
# self_connect: only a port the kernel could have given is looked at; a connect
# to another one costs no call, and the range is read once.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "me" { self_connect = refuse }'
[ -z "$OWN_NET" ] || sysctl -qw net.ipv4.ip_local_port_range="40000 40019"
low=$(cut -f1 /proc/sys/net/ipv4/ip_local_port_range)
high=$(cut -f2 /proc/sys/net/ipv4/ip_local_port_range)
start server sock tcp4 bind $LO:80 listen 50 tcp4 bind $LO:$((low - 1)) listen 50 \
	tcp4 bind $LO:$((high + 1)) listen 50 tcp4 bind $LO:$high listen 50 stay
await_listener $high

calls()
{
	calls_of network "$@" >/dev/null
	sed 's/(.*//' "$T/calls" | xargs
}
for port in 80 $((low - 1)) $((high + 1)); do
	same "port $port: the same calls" "$(calls sock tcp4 connect $LO:$port)" \
		"$(calls mended_sock "$rules" tcp4 connect $LO:$port)"
done
same "one question within the range" "socket connect getsockname" \
	"$(calls mended_sock "$rules" tcp4 connect $LO:$high)"
calls_of openat mended_sock "$rules" tcp4 connect $LO:$high tcp4 connect $LO:$((high - 1)) \
	tcp4 connect $LO:80 >/dev/null
same "the range is read once" 1 "$(grep -c ip_local_port_range "$T/calls")"
nobody="tcp4 bind $LO:$((low + 1)) connect $LO:$((high - 1)) state"
# shellcheck disable=SC2086
same "nobody there, and not itself" "$(sock $nobody)" "$(mended_sock "$rules" $nobody)"
