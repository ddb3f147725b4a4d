#!/bin/sh
# A duplicate is the same socket: it, too, answers the asked port, and listens
# on it and nowhere else.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "free" { peer = {"10.1.0.0/16"} ephemeral_port = yes }'

start server peer "$P/sock" tcp4 bind 0.0.0.0:80 listen 50 stay
await_listener 80 peer
port=5000 # the same ones bare and mended: SO_LINGER leaves no TIME_WAIT
for way in "dup" "dup fork" "fork dup" "dup use 0 close use 1" "dup dup"; do
	port=$((port + 1))
	# shellcheck disable=SC2086
	same_with "$rules" tcp4 bind $HERE:$port $way getsockname listen 5 getsockname
	# shellcheck disable=SC2086
	same_with "$rules" tcp4 set SO_LINGER 0 bind $HERE:$((port + 100)) $way \
		connect $PEER:80 getsockname
done
