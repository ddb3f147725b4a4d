#!/bin/sh
# A server that ends first leaves TIME_WAIT on its port. Bare, it cannot start
# again for a minute; mended at once. With a port that waits (ephemeral_port) too.
. "$(dirname "$0")/../lib/net.sh"
keep_time_wait

# serve_once NAME PORT bare|mended…: accept one client, and end before it does.
serve_once()
{
	name=$1
	at=$2
	shift 2
	start "$name" "$@" $tcp bind "$here:$at" listen 5 accept close
	await_listener "$at"
	peer "$P/sock" $tcp connect "$here:$at" recv 64 close >"$T/client.out"
	reap_within 20 "$name"
	wait_until 20 socket_is time-wait "$at" || fail "no TIME_WAIT on $at"
}

port=5000
for family in 4 6 mapped; do
	use_family $family
	port=$((port + 2))
	serve_once bare $port sock
	same "bare: refused" "bind $here:$port = -1 EADDRINUSE" \
		"$(sock $tcp bind "$here:$port" listen 5 | sed -n 2p)"
	for rules in 'rule "restart" { reuse_address = yes }' \
		'rule "restart" { direction = accept reuse_address = yes }' \
		'rule "restart" { reuse_address = yes ephemeral_port = yes }'; do
		port=$((port + 2))
		serve_once mended $port mended_sock "$rules"
		start again mended_sock "$rules" $tcp bind "$here:$port" listen 5 \
			getsockname accept send hello stay
		await_listener $port
		has "mended: bound" "$T/again.out" "^bind .*:$port = 0"
		peer "$P/sock" $tcp connect "$here:$port" recv 5 >"$T/client.out"
		has "and it serves" "$T/client.out" '"hello"'
		start third mended_sock "$rules" $tcp bind "$here:$port" listen 5
		reap_within 20 third
		has "one server at a time" "$T/third.out" '^bind .* = -1 EADDRINUSE'
		stop again
	done
done
event "recorded" 'options-set rule restart'
