#!/bin/sh
# Servers that look at a client's port look for a privileged one: suggest does
# not move it, says so, and with its file the client can call again at once.
. "$(dirname "$0")/../lib/suggest.sh"
keep_time_wait
# shellcheck disable=SC2046
start server peer "$P/sock" tcp4 bind $PEER:6000 listen 5 \
	$(repeated 5 use 0 accept recv 64 close) stay
await_listener 6000 peer
start client sock tcp4 bind $HERE:1000 connect $PEER:6000 stay
soon "it calls" "$T/client.out" '^connect .* = 0'
suggest --time 500ms "$(pid_of client)"
has "the risk" "$T/rules.conf" '# risk: the port is privileged'
has "the mend" "$T/rules.conf" '^# 	set \{ so_reuseaddr = yes \}$'
lacks "it is not moved" "$T/rules.conf" 'ephemeral_port = yes'
take_hints
stop client TERM

for again in 1 2; do
	sockmend "$P/sock" tcp4 bind $HERE:1001 connect $PEER:6000 name close >"$T/mended.out" 2>&1
	has "it can call again" "$T/mended.out" "^connect $PEER:6000 = 0"
done
wait_until 20 socket_is time-wait 1001 || fail "there was nothing to mend"
