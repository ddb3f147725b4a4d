#!/bin/sh
# A connection that came over a unix socket (SCM_RIGHTS) gets its rule and its
# watch like one that was accepted here.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "handed" { direction = accept idle { timeout = 500ms } eof { } }'

# The parent accepts and hands over before it is mended; the child, another
# program image, receives and reads.
cat >"$T/hand.py" <<'END'
import os, socket, sys
theirs, ours = socket.socketpair()
listener = socket.create_server((sys.argv[1], int(sys.argv[2])))
if os.fork() == 0:
    os.dup2(theirs.fileno(), 9)
    os.environ.update(LD_PRELOAD=sys.argv[3])
    os.execvp(sys.executable, [sys.executable, sys.argv[4]])
connection, _ = listener.accept()
socket.send_fds(ours, [b"x"], [connection.fileno()])
connection.close()
os.wait()
END
cat >"$T/take.py" <<'END'
import socket
received = socket.recv_fds(socket.socket(fileno=9), 1, 1)[1][0]
print("read", socket.socket(fileno=received).recv(9), flush=True)
END
SOCKMEND_POLICY=$(cat "$(policy "$rules")")
export SOCKMEND_POLICY

for run in bare mended; do
	library= port=5000
	[ $run = bare ] || library=$B/libsockmend.so port=5001
	start $run "$PYTHON" "$T/hand.py" $HERE $port "$library" "$T/take.py"
	await_listener $port
	start $run.peer peer "$P/sock" tcp4 connect $HERE:$port stay
done
reap_within 20 mended
has "it read the end" "$T/mended.out" "^read b''"
running bare || fail "bare: ended too"
event "by its rule" "fd [0-9]+ idle-ended rule handed $HERE:5001 <- $PEER"
