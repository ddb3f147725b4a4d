#!/bin/sh
# self_connect: only a port the kernel could have given is looked at; a connect
# to another one costs no call, and the range is read once.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "me" { self_connect = refuse }'
sysctl -qw net.ipv4.ip_local_port_range="40000 40019"
start server sock tcp4 bind 0.0.0.0:80 listen 50 tcp4 bind 0.0.0.0:39999 listen 50 \
	tcp4 bind 0.0.0.0:40020 listen 50 tcp4 bind 0.0.0.0:40019 listen 50 stay
await_listener 40019

calls()
{
	calls_of network "$@" >/dev/null
	sed 's/(.*//' "$T/calls" | xargs
}
for port in 80 39999 40020; do
	same "port $port: the same calls" "$(calls sock tcp4 connect 127.0.0.1:$port)" \
		"$(calls mended_sock "$rules" tcp4 connect 127.0.0.1:$port)"
done
same "one question within the range" "socket connect getsockname" \
	"$(calls mended_sock "$rules" tcp4 connect 127.0.0.1:40019)"
calls_of openat mended_sock "$rules" tcp4 connect 127.0.0.1:40019 tcp4 connect 127.0.0.1:40018 \
	tcp4 connect 127.0.0.1:80 >/dev/null
same "the range is read once" 1 "$(grep -c ip_local_port_range "$T/calls")"
nobody="tcp4 bind 127.0.0.1:40001 connect 127.0.0.1:40018 state"
# shellcheck disable=SC2086
same "nobody there, and not itself" "$(sock $nobody)" "$(mended_sock "$rules" $nobody)"
