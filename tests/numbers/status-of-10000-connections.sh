#!/bin/sh
# status of 10 000 connections in one process takes under 100 ms of processor
# time, and the process is neither stopped nor traced meanwhile.
. "$(dirname "$0")/../lib/cost.sh"
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/status.sh"
needs strace
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

# Milliseconds of processor time: what it needs itself. Beside others on the
# same caches it needs more, so the best of a few counts.
switches=$(awk '/ctxt_switches/ { n += $2 } END { print n }' "/proc/$pid/status")
best=1000
most=$(bound status-milliseconds) || fail "$most"
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
	[ $i -le 5 ] || [ $best -ge "$most" ] || break
	took=$("$PYTHON" - "$B/sockmendctl" "$pid" "$T/status" <<-'END'
		import resource, subprocess, sys
		subprocess.run([sys.argv[1], "status", sys.argv[2]],
		               stdout=open(sys.argv[3], "w"), check=True)
		used = resource.getrusage(resource.RUSAGE_CHILDREN)
		print(round(1000 * (used.ru_utime + used.ru_stime)))
	END
	) || fail "status failed"
	[ "$best" -le "$took" ] || best=$took
done
same "rows" 10001 "$(sed 1d "$T/status" | wc -l)"
same "idle deadlines told" 10000 "$(grep -c '	idle	' "$T/status")"
same "the process did not run, let alone stop" "$switches" \
	"$(awk '/ctxt_switches/ { n += $2 } END { print n }' "/proc/$pid/status")"
between "milliseconds" 0 $((most - 1)) "$best"
strace -f -qq -o "$T/trace" -e trace=ptrace,process_vm_readv,kill,tgkill,tkill,pidfd_open \
	"$B/sockmendctl" status "$pid" >/dev/null || fail "under strace"
lacks "nothing that disturbs" "$T/trace" '(ptrace|process_vm_readv|kill|pidfd_open)\('
number "status of 10 000 connections: $best ms of processor time (bound $most)"
