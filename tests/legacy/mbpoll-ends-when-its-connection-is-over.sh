#!/bin/sh
# mbpoll polls a Modbus device that is switched off and on again: its RST ends
# the connection, and mbpoll polls the dead socket for ever. dead { action =
# terminate } ends the program, so that its supervisor starts it anew; dead
# alone records it.
. "$(dirname "$0")/../lib/net.sh"
needs mbpoll

# A device that answers one request and resets the connection.
cat >"$T/device.py" <<-'END'
	import socket, struct, sys
	listener = socket.create_server((sys.argv[1], int(sys.argv[2])))
	s, _ = listener.accept()
	request = s.recv(100)
	s.sendall(request[:4] + bytes([0, 5, request[6], 3, 2, 0, 42]))
	s.recv(100)
	s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
	s.close()
	listener.close()
END

# poll NAME PORT bare|mended…
poll()
{
	name=$1 port=$2
	shift 2
	start "$name.device" peer "$PYTHON" "$T/device.py" $PEER "$port"
	await_listener "$port" peer
	start "$name" "$@" mbpoll -p "$port" -l 100 -o 0.2 $PEER
}

poll bare 5020 bare
poll logged 5021 mended 'rule "meter" { dead { after = 1s } }'
poll ended 5022 mended 'rule "meter" { dead { after = 1s action = terminate } }'
event "held" "mbpoll\[$(pid_of logged)\] fd [0-9]+ dead-held rule meter .*$PEER:5021"
event "ended" "mbpoll\[$(pid_of ended)\] fd [0-9]+ terminated rule meter .*$PEER:5022"
reap_within 20 ended
for name in bare logged; do
	running $name || fail "$name: it ended: $(cat "$T/$name.err")"
done
