#!/bin/sh
# The clients people have: each bound to port 1025. Bare, the second run is
# refused; mended, both are served and the server sees other ports.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/neighbours.sh"
needs nc.openbsd nc.traditional socat curl

cat >"$T/serve.py" <<'END'
import socket, threading
def serve(s):
    s.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello")
    s.shutdown(socket.SHUT_WR)
    while s.recv(4096):
        pass
    s.close()
listener = socket.create_server(("0.0.0.0", 80))
while True:
    s, address = listener.accept()
    print("from", address[1], flush=True)
    threading.Thread(target=serve, args=(s,), daemon=True).start()
END
start server peer "$PYTHON" "$T/serve.py"
await_listener 80 peer

python_client="import socket
s = socket.create_connection(('$PEER', 80), source_address=('', 1025))
s.sendall(b'GET / HTTP/1.0\r\n\r\n')
print(s.recv(4096))
s.shutdown(socket.SHUT_WR)
s.close()"

run_client()
{
	case $1 in
	openbsd) $2 nc.openbsd -N -w 5 -p 1025 $PEER 80 ;;
	traditional) $2 nc.traditional -q 1 -w 5 -p 1025 $PEER 80 ;;
	socat) $2 socat -t 0.1 - TCP:$PEER:80,sourceport=1025 ;;
	curl) $2 curl -s --local-port 1025 http://$PEER:80/ ;;
	python) $2 "$PYTHON" -c "$python_client" ;;
	esac </dev/null >"$T/client.out" 2>&1
	grep -q hello "$T/client.out"
}

# Bare: hold the port the way an earlier connection does.
start holder sock tcp4 bind $HERE:1025 connect $PEER:80 stay
soon "the port is in use" "$T/holder.out" 'connect .* = 0'
for client in openbsd traditional socat curl python; do
	run_client $client bare && fail "bare $client: not refused: $(cat "$T/client.out")"
	wc -l <"$T/server.out" >"$T/before"
	run_client $client sockmend || fail "mended $client: not served"
	run_client $client sockmend || fail "mended $client: not served again"
	tail -n +$(($(cat "$T/before") + 1)) "$T/server.out" >"$T/seen"
	lacks "$client: not from 1025" "$T/seen" '^from 1025$'
done
event "recorded" 'port-freed rule clients'
