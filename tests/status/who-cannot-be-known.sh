#!/bin/sh
# Where nobody can tell which rule governs, status says so instead of guessing:
# a damaged policy, an environment the program overwrote, mode off, no rule.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/status.sh"
rules='rule "r" { program = "'$APP'" eof { } }'
good=$(policy "$rules")
preloaded() { $exec env LD_PRELOAD="$B/libsockmend.so" "$@"; }

start off preloaded SOCKMEND_MODE=off SOCKMEND_POLICY="$good" \
	"$P/sock" tcp4 bind $HERE:5000 listen 1 stay
start other preloaded SOCKMEND_APP=other SOCKMEND_POLICY="$good" \
	"$P/sock" tcp4 bind $HERE:5001 listen 1 stay
cp "$good" "$T/damaged" && echo junk >>"$T/damaged"
start damaged preloaded SOCKMEND_POLICY="$T/damaged" \
	"$P/sock" tcp4 bind $HERE:5002 listen 1 stay
start missing preloaded SOCKMEND_POLICY="$T/no-such-file" \
	"$P/sock" tcp4 bind $HERE:5003 listen 1 stay
start text preloaded SOCKMEND_POLICY="$(cat "$good")" \
	"$P/sock" tcp4 bind $HERE:5004 listen 1 stay
# As setproctitle(3) does it; the library has read its environment before.
cat >"$T/title.py" <<-'END'
	import ctypes, socket, sys
	s = socket.create_server((sys.argv[1], 5005))
	fields = open("/proc/self/stat").read().rpartition(")")[2].split()
	start, end = int(fields[47]), int(fields[48])
	ctypes.memset(start, 0, end - start)
	ctypes.memmove(start, b"a title", 7)
	open(sys.argv[2], "w").close()
	sys.stdin.read()
END
mkfifo "$T/open"
(
	exec=exec
	preloaded SOCKMEND_POLICY="$good" "$PYTHON" "$T/title.py" $HERE "$T/titled" <"$T/open"
) &
titled=$!
started="$started $titled"
exec 9>"$T/open"
for port in 5000 5001 5002 5003 5004 5005; do
	await_listener $port
done
wait_until 20 test -e "$T/titled" || fail "no title"

told() # WHAT PID RULE NOTE
{
	status "$2" || fail "$1: $?"
	same "$1: rule" "$3" "$(sed 1d "$T/status" | cut -f 4)"
	has "$1" "$T/status.err" "$4"
}
told off "$(pid_of off)" - 'mode off'
told other "$(pid_of other)" - 'no rule means this program'
told damaged "$(pid_of damaged)" '?' "$T/damaged: "
told missing "$(pid_of missing)" '?' 'no-such-file: no such file'
status "$(pid_of text)"
cell "policy text" RULE r "$HERE:5004"
same "policy text" "" "$(cat "$T/status.err")"
told titled "$titled" '?' 'overwritten by the program'
