#!/bin/sh
# The rule looks at the peer, who is known at connect() only: another peer
# still sees the port the program asked for.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "free" { peer = {"192.168.0.0/16", "[fd99::]/16"} ephemeral_port = yes }'
first='rule "not these" { peer = {"'$PEER'", "'$RULE_PEER6':80"} ephemeral_port = no }
rule "free" { ephemeral_port = yes }'

port=1025
for family in 4 6 mapped; do
	use_family $family
	start server peer "$P/sock" $tcp bind "$any:80" listen 5 \
		accept-from accept-from accept-from stay
	await_listener 80 peer
	for each in "$rules" "$first"; do
		mended_sock "$each" $tcp bind "$here:$port" getsockname \
			connect "$there:80" getsockname >"$T/client.out"
		same "$family: asked, connected" 2 \
			"$(grep -c "^getsockname $(quoted "$here"):$port = 0" "$T/client.out")"
		soon "$family: the peer saw the asked port" "$T/server.out" \
			"^accept-from .*:$port = "
		port=$((port + 1))
	done
	stop server
done
no_event "nothing was freed" port-freed
