#!/bin/sh
# libsocket_wrapper turns the program's TCP sockets into unix sockets. They are
# none of ours then: under every rule, in either order, the programs see what
# they see without us.
. "$(dirname "$0")/../lib/test.sh"
. "$(dirname "$0")/../lib/neighbours.sh"
wrapper=$(ls /usr/lib/*/libsocket_wrapper.so 2>/dev/null | head -n 1)
[ -n "$wrapper" ] || skip "libsocket-wrapper is not installed"
SOCKMEND_POLICY=$(policy "$EVERYTHING")
export SOCKMEND_POLICY SOCKET_WRAPPER_DEFAULT_IFACE=10

cat >"$T/program.py" <<'END'
import os, socket, sys
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.10", 80))
listener.listen(5)
print(listener.getsockname())
for port in 1025, 1025, 0:
    client = socket.socket()
    try:
        if port:
            client.bind(("127.0.0.10", port))
            print("bound", client.getsockname())
        client.connect(("127.0.0.10", 80))
        served, address = listener.accept()
        print("from", address[0], address[1] == 1025, client.getpeername())
        client.sendall(b"hello")
        print(served.recv(100), served.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE))
        copy = os.dup(served.fileno())
        client.close()
        print(served.recv(100))
        os.close(copy)
        served.close()
    except OSError as e:
        print(e)
try:
    socket.create_connection(("127.0.0.10", 81))
except OSError as e:
    print(e)
print(len(os.listdir("/proc/self/fd")))
END

# life PRELOAD
life()
{
	rm -rf "$T/wrapped"
	mkdir "$T/wrapped"
	SOCKET_WRAPPER_DIR=$T/wrapped LD_PRELOAD=$1 \
		timeout $((60 * PATIENCE)) "$PYTHON" "$T/program.py" 2>&1
	echo "exit status $?"
}

wanted=$(life "$wrapper")
printf '%s\n' "$wanted" >"$T/wanted"
has "the wrapper is at work" "$T/wanted" "from 127.0.0.10 .*'127.0.0.10', 80"
same "ours first" "$wanted" "$(life "$B/libsockmend.so:$wrapper")"
same "ours behind" "$wanted" "$(life "$wrapper:$B/libsockmend.so")"
events | grep -v EOPNOTSUPP >"$T/events"
lacks "options of TCP are refused, nothing else is" "$T/events" mend-failed
