#!/bin/sh
# Datagram and unix sockets keep what they bound, and nothing is set on them.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "free" { ephemeral_port = yes reuse_address = yes }'

for script in "udp4 bind $HERE:1025 getsockname connect $PEER:80 getsockname" \
	"udp6 bind [$HERE6]:1025 getsockname connect [$PEER6]:80 getsockname" \
	"unix bind unix:$T/socket listen 5 getsockname" \
	"tcp4 bind $HERE:0 listen 5" "pair send x pipe write x"; do
	# shellcheck disable=SC2086
	wanted=$(calls_of bind,listen,connect,setsockopt,send,write sock $script)
	rm -f "$T/socket"
	# shellcheck disable=SC2086
	same "$script" "$wanted" "$(calls_of bind,listen,connect,setsockopt,send,write mended_sock "$rules" $script)"
	rm -f "$T/socket"
done
