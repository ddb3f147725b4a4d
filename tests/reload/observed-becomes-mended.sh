#!/bin/sh
# A policy in observe mode says what it would do; the policy in mode mend that
# replaces it does so to the connections that are overdue: an idle one, and an
# older one of a peer that has a newer. One whose supersede is withdrawn stays.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/reload.sh"

cat >"$T/server.py" <<-'END_OF'
	import os, socket, sys, threading, time
	def serve(port):
	    listener = socket.create_server((sys.argv[1], port))
	    for n in range(1, 100):
	        s, _ = listener.accept()
	        threading.Thread(target=read, args=(s, f"{port} {n}"), daemon=True).start()
	def read(s, who):
	    os.write(1, f"{who} accepted\n".encode())
	    os.write(1, f"{who} read {s.recv(100)}\n".encode())
	for port in (4981, 4982, 4983, 4984):
	    threading.Thread(target=serve, args=(port,), daemon=True).start()
	time.sleep(3600)
END_OF
# rules MODE WITHDRAWN: of the three.
rules()
{
	echo "mode = $1
	rule idle { local = \"$HERE:4981\" idle { timeout = 300ms } }
	rule newer { local = \"$HERE:4982\" supersede { when = same_peer after = 300ms } }
	rule knock { local = \"$HERE:4984\" keepalive { idle = 7s } }
	rule withdrawn { local = \"$HERE:4983\" $2 }"
}
supersede='supersede { when = same_peer after = 300ms }'

put "$(rules observe "$supersede")"
start server env LD_PRELOAD="$B/libsockmend.so" SOCKMEND_POLICY="$T/policy" \
	"$PYTHON" "$T/server.py" $HERE
for port in 4981 4982 4983 4984; do
	await_listener $port
done
for port in 4981 4982 4983; do
	for n in 1 2; do
		start "client$port$n" peer "$P/sock" tcp4 connect $HERE:$port stay
		soon "accepted" "$T/server.out" "^$port $n accepted"
	done
	event "it would" "would (idle-ended|superseded) rule [a-z]* $HERE:$port <- "
done
lacks "and it does not" "$T/server.out" ' read '

put "$(rules mend 'idle { timeout = 1h }')"
let_a_second_pass
start knock peer "$P/sock" tcp4 connect $HERE:4984 close
soon "the idle one ends" "$T/server.out" "^4981 1 read b''"
soon "and so does the older one" "$T/server.out" "^4982 1 read b''"
event "by the new policy" "\] fd [0-9]+ superseded rule newer $HERE:4982 <- "
lacks "not the newer one" "$T/server.out" '^4982 2 read'
lacks "nor the one whose rule is gone" "$T/server.out" '^4983 . read'
