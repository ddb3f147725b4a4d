#!/bin/sh
# A journal that a program still has is kept, though its number names no process
# where the tool or the wrapper runs: that is in another PID namespace, or the
# program goes on in a child of the process that made it.
. "$(dirname "$0")/../lib/test.sh"
APART='unshare -r -p -f --mount-proc'
[ "$(id -u)" != 0 ] || APART='unshare -p -f --mount-proc'
$APART true 2>/dev/null || skip "no PID namespace can be made here"

# Its child goes on when it ends.
cat >"$T/daemon.py" <<-'END'
	import os, socket, sys, time
	s = socket.socket()
	s.bind(('127.0.0.1', 0))
	s.listen(5)
	if os.fork():
	    time.sleep(600 if sys.argv[1] == 'stay' else 0)
	    os._exit(0)
	open(sys.argv[2], 'w').write(str(os.getpid()))
	time.sleep(600)
END

# journal_of NAME: the one that the program made.
journal_of()
{
	ls "$T/run" | grep "^$(cat "$T/$1.maker")-"
}
# run NAME stay|go
run()
{
	start "$1" mended 'rule "a" { keepalive { idle = 5s } }' "$PYTHON" \
		"$T/daemon.py" "$2" "$T/$1.child"
	pid_of "$1" >"$T/$1.maker"
	wait_until 20 test -s "$T/$1.child" || fail "$1 does not run"
	started="$started $(cat "$T/$1.child")"
	journal_of "$1" >/dev/null || fail "$1 has no journal"
}
run stays stay
run forks go
reap forks || fail "forks: $?"

# Newer ones than theirs, more than are kept.
sh -c 'exit 0' &
dead=$!
wait $dead
fill()
{
	for i in $(seq 100 179); do
		: >"$T/run/$dead-9000000000000000$i.journal"
	done
}
kept()
{
	same "$1: those of the dead" 64 "$(ls "$T/run" | grep -c "^$dead-")"
	journal_of stays >/dev/null || fail "$1: that of a living process is gone"
	journal_of forks >/dev/null || fail "$1: that of a living child is gone"
	fill
}
fill
"$B/sockmendctl" events --prune || fail "prune"
kept "here"
$APART "$B/sockmendctl" events --prune || fail "prune apart"
kept "from another namespace"
$APART "$B/sockmend" true || fail "the wrapper"
kept "by the wrapper"

# When nothing has them any more they go.
kill "$(cat "$T/forks.child")" "$(cat "$T/stays.child")"
stop stays KILL
gone() { ! kill -0 "$(cat "$T/forks.child")" && ! kill -0 "$(cat "$T/stays.child")"; }
wait_until 20 gone || fail "they go on"
"$B/sockmendctl" events --prune
! journal_of stays >/dev/null || fail "that of an ended process stays"
! journal_of forks >/dev/null || fail "that of an ended child stays"
