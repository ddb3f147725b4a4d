#!/bin/sh
# Connections and processes that end while attach looks are no trouble to it: no
# error, no event, and the connection that has the number next is not touched.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/attach.sh"
needs strace
cat >"$T/busy.py" <<'END'
# A client and a server in one: each connection lasts a moment, and the next
# has its number.
import socket, sys, time
listener = socket.create_server((sys.argv[2], 7000))
end = time.time() + float(sys.argv[1])
wrong = 0
rounds = 0
while time.time() < end:
    client = socket.create_connection((sys.argv[2], 7000))
    server = listener.accept()[0]
    time.sleep(0.004)
    client.send(b"x")
    if server.recv(1) != b"x":
        wrong += 1
    server.close()
    client.close()
    rounds += 1
print("rounds", rounds > 50, "wrong", wrong)
END
start server bare "$PYTHON" "$T/busy.py" 4 $LO
await_listener 7000
# Each taking is late, so that most are of a socket that is gone by then.
start attach strace -D -f -qq -o "$T/trace" -e trace=pidfd_getfd \
	-e inject=pidfd_getfd:delay_enter=5000 \
	"$B/sockmendctl" attach --watch -r 'close_wait { after = 100ms } set { tcp_nodelay = yes }' "$(pid_of server)"
reap_within 30 server
same "the program noticed nothing" "rounds True wrong 0" "$(cat "$T/server.out")"
reap_within 30 attach
same "attach ended well: $(cat "$T/attach.err")" 0 $?
lacks "no failure" "$T/attach.out" 'mend-failed'
has "some were taken" "$T/trace" 'pidfd_getfd'
