#!/bin/sh
# What was recorded is read after the program was killed, and no descriptor
# of ours is open while it runs.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "end" { eof { } idle { timeout = 10s } }'

for run in bare server; do
	set -- sock
	[ $run = bare ] || set -- mended_sock "$rules"
	start $run "$@" tcp4 bind $HERE:5000 listen 5 accept recv 64 stay
	await_listener 5000
	peer "$P/sock" tcp4 connect $HERE:5000 close >/dev/null
	soon "it read the end" "$T/$run.out" '^recv 64 = 0'
	ls /proc/"$(pid_of $run)"/fd >"$T/$run.descriptors"
	[ $run = server ] && continue
	stop $run
	wait_until 20 no_socket 5000
done
same "its own descriptors, and no other" "$(cat "$T/bare.descriptors")" \
	"$(cat "$T/server.descriptors")"
stop server KILL
event "read after the crash" "sock\[$(pid_of server)\] fd 4 eof rule end $HERE:5000 <- $PEER:[0-9]+"
"$B/sockmendctl" events --json >"$T/json"
"$PYTHON" - "$T/json" <<'END' || fail "not JSON"
import json, sys
lines = open(sys.argv[1]).read().splitlines()
words = [json.loads(line)["event"] for line in lines]
assert words == ["eof"], words
END
