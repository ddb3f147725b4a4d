#!/bin/sh
# supersede: while the queue is asked about, the program's descriptors stay its
# own: new ones have the numbers they have bare, what is closed is closed (its
# port is free at once), its locks are kept, and the watch ends when nothing is
# served.
. "$(dirname "$0")/../lib/net.sh"
add_other
rules='rule "same" { supersede { when = same_peer after = 10ms } }'

cat >"$T/server.py" <<-'END'
	import fcntl, os, socket, sys, time
	lock = open(sys.argv[2], "w")
	fcntl.lockf(lock, fcntl.LOCK_EX)
	listener = socket.socket()
	listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
	listener.bind((sys.argv[4], int(sys.argv[1])))
	listener.listen(5)
	served, _ = listener.accept()
	print("served", served.fileno(), flush=True)
	numbers, listed, until = set(), set(), time.time() + 3 * int(os.environ["PATIENCE"])
	while time.time() < until:
	    s = socket.socket()
	    numbers.add(s.fileno())
	    s.bind((sys.argv[4], int(sys.argv[1]) + 1000))
	    s.listen(1)
	    s.close()
	    listed.add(len(os.listdir("/proc/self/fd")))
	print("numbers", sorted(numbers), "descriptors", sorted(listed), flush=True)
	while not os.path.exists(sys.argv[3]):
	    time.sleep(.02)
	served.close()
	print("closed", flush=True)
	time.sleep(3600)
END
# try NAME PORT bare|mended…: served from one address, another waits.
try()
{
	name=$1
	port=$2
	shift 2
	start $name "$@" "$PYTHON" "$T/server.py" $port "$T/$name.lock" "$T/$name.go" $HERE
	await_listener $port
	start $name.old peer "$P/sock" tcp4 connect $HERE:$port stay
	soon "$name: served" "$T/$name.out" '^served 5'
	start $name.new peer "$P/sock" tcp4 bind $OTHER:0 connect $HERE:$port stay
	soon "$name: the numbers are told" "$T/$name.out" '^numbers'
}
try bare 5001 bare
try mended 5002 mended "$rules"
same "the same numbers" "$(grep ^numbers "$T/bare.out")" "$(grep ^numbers "$T/mended.out")"
has "one number" "$T/mended.out" '^numbers \[6\] descriptors \[[0-9]+\]$'
# Its lock is not given up by what a task apart closes.
flock -n "$T/mended.lock" true # another kind of lock; the next is its kind
"$PYTHON" -c 'import fcntl, sys
fcntl.lockf(open(sys.argv[1], "w"), fcntl.LOCK_EX | fcntl.LOCK_NB)' "$T/mended.lock" 2>/dev/null &&
	fail "the program lost its lock"
no_event "nobody was ended: another peer waits" superseded
no_event "nothing failed" mend-failed

# The queue really was asked about, in a task with a table of its own.
start traced traced "$T/trace" clone,clone3,socket,close_range,unshare mended "$rules" \
	"$P/sock" tcp4 bind $HERE:5003 listen 5 accept touch "$T/accepted" recv 64 tcp4 stay
await_listener 5003
start traced.old peer "$P/sock" tcp4 connect $HERE:5003 stay
wait_until 20 test -e "$T/accepted" || fail "not accepted"
start traced.new peer "$P/sock" tcp4 connect $HERE:5003 stay
soon "ended" "$T/traced.out" '^recv 64 = 0'
soon "the next number is free" "$T/traced.out" '^tcp4 = 5'
soon "the queue was asked about" "$T/trace" 'socket\(AF_NETLINK'
lacks "not by the program's own thread" "$T/trace" "^$(pid_of traced) .*AF_NETLINK"
asks=$(sed -n 's/^\([0-9]*\) .*AF_NETLINK.*/\1/p' "$T/trace" | head -n 1)
sed -n "s/^$asks *//p" "$T/trace" | head -n 1 >"$T/first"
has "by a task that has left the table first" "$T/first" \
	'^close_range\(0, 4294967295, CLOSE_RANGE_UNSHARE'

# Nothing is served: no task is left, nothing wakes.
tasks()
{
	ls "/proc/$(pid_of mended)/task" | wc -l
}
alone()
{
	[ "$(tasks)" = 1 ]
}
between "a task while it serves, perhaps one that asks" 2 3 "$(tasks)"
touch "$T/mended.go"
soon "closed" "$T/mended.out" '^closed'
wait_until 10 alone || fail "a task is left: $(tasks)"
sleep 0.2
alone || fail "a task is back: $(tasks)"
