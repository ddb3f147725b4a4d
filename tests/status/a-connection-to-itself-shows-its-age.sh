#!/bin/sh
# Of a connection that is connected to itself the kernel never starts the clock
# of received data, which then runs since boot. Its age is shown as it is.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/status.sh"

cat >"$T/self.py" <<-'END'
	import socket, sys, time
	s = socket.socket()
	s.bind((sys.argv[1], 0))
	s.connect(s.getsockname())
	assert s.getsockname() == s.getpeername()
	if sys.argv[2] == 'talk':
	    s.send(b'x')
	    s.recv(1)
	print('there', flush=True)
	time.sleep(600)
END
up() { awk '{ print int($1 * 1000) }' /proc/uptime; }
[ "$(up)" -gt 5000 ] || pause 5000
for kind in quiet talk; do
	before=$(up)
	start $kind mended 'rule "a" { self_connect = allow keepalive { idle = 1h } }' \
		"$PYTHON" "$T/self.py" $HERE $kind
	soon "$kind" "$T/$kind.out" there
	status --json "$(pid_of $kind)" || fail "status: $(cat "$T/status.err")"
	most=$(($(up) - before + 1000))
	for member in received_ms age_ms; do
		value=$(ask_json "connections[0]['$member']")
		[ "$value" != None ] || continue
		[ "$value" -le $most ] ||
			fail "$kind: $member is $value, and it started $most ms ago"
	done
done
status --json "$(pid_of quiet)"
lacks "an age is shown" "$T/status" '"age_ms":null'
