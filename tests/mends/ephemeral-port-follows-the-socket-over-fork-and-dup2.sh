#!/bin/sh
# What was asked for belongs to the socket: a child and what it was
# moved to with dup2 listen and connect as bare.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "free" { peer = {"10.1.0.0/16"} ephemeral_port = yes }'

start server peer "$P/sock" tcp4 bind 0.0.0.0:80 listen 50 stay
await_listener 80 peer
port=5000 # the same ones bare and mended: SO_LINGER leaves no TIME_WAIT
for way in "dup2 9 fd 9" "fork" "dup2 9 fork fd 9" "fork dup2 9 fd 9" "dup2 9 close fd 9" \
	"fork dup2 9 close fd 9 fork" "child sleep 1 end"; do
	port=$((port + 1))
	# shellcheck disable=SC2086
	same_with "$rules" tcp4 bind $HERE:$port $way getsockname listen 5 getsockname
	# shellcheck disable=SC2086
	same_with "$rules" tcp4 set SO_LINGER 0 bind $HERE:$((port + 100)) $way \
		connect $PEER:80 getsockname
done
# A number that is used again carries nothing over.
same_with "$rules" tcp4 bind $HERE:5050 close tcp4 bind $HERE:5051 getsockname \
	close tcp4 bind $HERE:0 listen 5 close udp4 bind $HERE:5052 getsockname
