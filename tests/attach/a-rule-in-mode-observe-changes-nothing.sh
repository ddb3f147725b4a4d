#!/bin/sh
# mode = observe in a rule: attach records what that rule would do, and a socket
# of another rule is mended.
. "$(dirname "$0")/../lib/net.sh"

for port in 5001 5002; do
	start server$port sock tcp4 bind $HERE:$port listen 5 stay
	await_listener $port
done
cat >"$T/rules.conf" <<END
rule "tried" { mode = observe local = {"*:5001"} set { tcp_nodelay = yes } keepalive { idle = 100s } }
rule "done" { set { tcp_nodelay = yes } keepalive { idle = 100s } }
END
for port in 5001 5002; do
	"$B/sockmendctl" attach -c "$T/rules.conf" "$(pid_of server$port)" >"$T/$port.out" 2>&1
done
has "the rule in mode observe" "$T/5001.out" 'would options-set rule tried .*TCP_KEEPIDLE=100'
has "the other rule" "$T/5002.out" 'fd [0-9]+ options-set rule done .*TCP_KEEPIDLE=100'
for port in 5001 5002; do
	"$B/sockmendctl" attach -c "$T/rules.conf" "$(pid_of server$port)" >"$T/$port.again" 2>&1
done
has "nothing was changed" "$T/5001.again" 'would options-set rule tried .*TCP_KEEPIDLE=100'
lacks "it was changed" "$T/5002.again" 'options-set'
