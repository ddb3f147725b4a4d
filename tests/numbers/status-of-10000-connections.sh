#!/bin/sh
# What status of 10 000 connections in one process costs, and that the process
# is neither stopped nor traced meanwhile.
. "$(dirname "$0")/../lib/cost.sh"
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/status.sh"
needs strace valgrind
[ "$(ulimit -Hn)" -ge 10100 ] || skip "no process may have 10 000 descriptors"
ulimit -n "$(ulimit -Hn)"
cat >"$T/many.py" <<-'END'
	import signal, socket, sys
	mine = []
	if sys.argv[1] == "serve":
	    listener = socket.create_server((sys.argv[2], 5000), backlog=1000)
	    mine = [listener.accept()[0] for i in range(10000)]
	else:
	    mine = [socket.create_connection((sys.argv[2], 5000)) for i in range(10000)]
	open(sys.argv[3], "w").close()
	signal.pause()
	END
start server mended 'rule "r" { idle { timeout = 1h } eof { } }' \
	"$PYTHON" "$T/many.py" serve $HERE "$T/served"
await_listener 5000
start clients peer "$PYTHON" "$T/many.py" connect $HERE "$T/connected"
wait_until 100 test -e "$T/served" || fail "no 10 000 connections"
pid=$(pid_of server)

# Counts, not times: instructions of user space, and system calls.
switches=$(awk '/ctxt_switches/ { n += $2 } END { print n }' "/proc/$pid/status")
tracer="valgrind --tool=callgrind --callgrind-out-file=/dev/null"
bare "$B/sockmendctl" status "$pid" >"$T/status" 2>"$T/callgrind" || fail "status failed"
tracer=
collected=$(sed -n 's/.*Collected : //p' "$T/callgrind")
same "rows" 10001 "$(sed 1d "$T/status" | wc -l)"
same "idle deadlines told" 10000 "$(grep -c '	idle	' "$T/status")"
same "the process did not run, let alone stop" "$switches" \
	"$(awk '/ctxt_switches/ { n += $2 } END { print n }' "/proc/$pid/status")"
strace -f -qq -o "$T/trace" \
	"$B/sockmendctl" status "$pid" >/dev/null || fail "under strace"
lacks "nothing that disturbs" "$T/trace" '(ptrace|process_vm_readv|kill|pidfd_open)\('
within status-instructions $((collected / 1000000)) "status of 10 000 connections, million instructions"
within status-calls "$(wc -l <"$T/trace")" "status of 10 000 connections, system calls"
[ "$collected" -ge 1000000 ] || fail "those are too few instructions"
all_within
