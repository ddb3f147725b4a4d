#!/bin/sh
# For a program doctor reads the settings, counters and sockets of the network
# namespace it runs in, and its own descriptors; others do not count.
. "$(dirname "$0")/../lib/doctor.sh"
needs_own_net "changes settings of the kernel"
sysctl -qw net.ipv4.tcp_fin_timeout=61
peer sysctl -qw net.ipv4.tcp_fin_timeout=62
start server peer "$P/sock" tcp4 bind $PEER:5000 listen 5 accept recv 64 stay
await_listener 5000 peer
sock tcp4 connect $PEER:5000 close >/dev/null

finds "its settings" '^note leak net\.ipv4\.tcp_fin_timeout = 62 ' "$(pid_of server)"
finds "its sockets" "^note leak sock\[$(pid_of server)\], in CLOSE_WAIT = 1 \($PEER:5000" "$(pid_of server)"
has "its descriptors" "$T/found" "^ok room sock\[$(pid_of server)\], open descriptors = [0-9]+ of "
"$PYTHON" -c 'import json, sys
p = json.load(open(sys.argv[1]))["programs"]
assert p == [{"pid": int(sys.argv[2]), "program": "sock", "mended": False}], p' \
	"$T/doctor.json" "$(pid_of server)" || fail "programs"
doctor
has "the machine has its own" "$T/found" ' net\.ipv4\.tcp_fin_timeout = 61 '
lacks "and not those sockets" "$T/found" "sock\[$(pid_of server)\], in CLOSE_WAIT"
