#!/bin/sh
# Multipath TCP sockets are mended as TCP ones. A connection that no connect()
# made (sendto() or sendmsg() with MSG_FASTOPEN) is not, and an event says so;
# one made with TCP_FASTOPEN_CONNECT is. Sockets that are closed unconnected,
# or after a refusal, say nothing.
. "$(dirname "$0")/../lib/test.sh"
cat >"$T/client.py" <<'END'
import select, socket, sys
how = sys.argv[1]
protocol = 262 if how == "mptcp" else 0
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol)
listener.bind(("127.0.0.1", 0))
listener.listen(8)
client = socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol)
to = listener.getsockname()
if how == "sendto":
    client.sendto(b"x", socket.MSG_FASTOPEN, to)
elif how == "sendmsg":
    client.sendmsg([b"x"], [], socket.MSG_FASTOPEN, to)
elif how == "option":
    client.setsockopt(socket.IPPROTO_TCP, 30, 1)
    client.connect(to)
    client.send(b"x")
elif how == "refused":
    listener.close()
    print("refused", client.connect_ex(to) != 0)
elif how == "unconnected":
    client.bind(("127.0.0.1", 0))
else:
    client.connect(to)
if how not in ("refused", "unconnected"):
    served = listener.accept()[0]
    ended = select.select([client], [], [], 3)[0] and client.recv(1) == b""
    print("keepalive", client.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE),
          "ended", bool(ended))
if len(sys.argv) < 3:
    client.close()
END
rules='rule "silent" { direction = connect keepalive { idle = 60s } idle { timeout = 500ms } }'
"$PYTHON" -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)' 2>/dev/null &&
	mptcp=mptcp
for how in plain ${mptcp-} option; do
	same "$how, bare" "keepalive 0 ended False" "$("$PYTHON" "$T/client.py" $how)"
	same "$how, mended" "keepalive 1 ended True" "$(mended "$rules" "$PYTHON" "$T/client.py" $how)"
done
no_event "all of them are mended" mend-failed
for how in unconnected refused; do
	same "$how" "$("$PYTHON" "$T/client.py" $how)" "$(mended "$rules" "$PYTHON" "$T/client.py" $how)"
done
no_event "there was nothing to mend" mend-failed
for how in sendto sendmsg; do
	rm -f "$T/run"/*
	same "$how" "$("$PYTHON" "$T/client.py" $how)" "$(mended "$rules" "$PYTHON" "$T/client.py" $how)"
	event "$how: it is said" 'mend-failed rule silent 127.*-> 127.*: connected without connect'
	rm -f "$T/run"/*
	mended "$rules" "$PYTHON" "$T/client.py" $how open >/dev/null
	event "$how, open to the end: it is said" 'mend-failed rule silent 127.*-> 127.*: connected without connect'
done
