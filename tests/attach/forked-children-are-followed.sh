#!/bin/sh
# What the program forks is looked after as well, also when it outlives it;
# what executes another program is somebody else. A connection that parent and
# child hold is ended once.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/attach.sh"
cat >"$T/forks.py" <<'END'
import os, socket, sys
listener = socket.create_server((sys.argv[1], 5000))
while True:
    connection = listener.accept()[0]
    kind = connection.recv(1)
    pid = os.fork()
    if not pid:
        if kind == b"x":
            os.set_inheritable(connection.fileno(), True)
            os.execvp("sleep", ["sleep", "600"])
        print(kind.decode(), "read", len(connection.recv(1)), flush=True)
        os._exit(0)
    open(sys.argv[2] + kind.decode(), "w").write(str(pid))
    if kind == b"q":
        os._exit(0)
    if kind != b"k":
        connection.close()
    else:
        kept = connection
END
start server bare "$PYTHON" "$T/forks.py" $HERE "$T/kind-"
await_listener 5000
watch_over server -r 'idle { timeout = 1500ms }'
for kind in a x k; do
	start $kind peer "$P/sock" tcp4 connect $HERE:5000 send $kind stay
	wait_until 20 test -s "$T/kind-$kind" || fail "$kind was not served"
done
started="$started $(cat "$T/kind-x")"
soon "the child's is ended" "$T/server.out" '^a read 0'
soon "and the shared one" "$T/server.out" '^k read 0'
event "by the child's number" "\\[$(cat "$T/kind-a")\\] fd [0-9]+ idle-ended"
same "the shared one once" 2 "$("$B/sockmendctl" events | grep -c 'idle-ended')"
no_event "not of the other program" "\\[$(cat "$T/kind-x")\\]"

# The parent goes, the child stays to be looked after.
start q peer "$P/sock" tcp4 connect $HERE:5000 send q stay
soon "the orphan's is ended" "$T/server.out" '^q read 0'
reap_within 30 attach
same "nobody is left" 0 $?
