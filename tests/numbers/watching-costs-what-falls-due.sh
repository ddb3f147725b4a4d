#!/bin/sh
# The watch task wakes for deadlines that fall due, not for connections: beside
# 100 or 5 000 idle ones whose deadlines are far it sleeps, and 50 deadlines cost
# the same beside either.
. "$(dirname "$0")/../lib/cost.sh"
[ "$(ulimit -Hn)" -ge 10300 ] || skip "no process may have 10 300 descriptors"
ulimit -n "$(ulimit -Hn)"
rules='rule "near" { direction = accept local = "127.0.0.2" idle { timeout = 3s action = log } }
	rule "far" { direction = accept idle { timeout = 1h } }'

# Far connections; then, when a line comes, 50 near ones, 20 ms apart.
cat >"$T/idle.py" <<-'END'
	import os, socket, sys, time
	mine = []
	def meet(listener):
	    mine.append(socket.create_connection(listener.getsockname()))
	    mine.append(listener.accept()[0])
	far = socket.create_server(("127.0.0.1", 0))
	near = socket.create_server(("127.0.0.2", 0))
	for i in range(int(sys.argv[1])):
	    meet(far)
	open(sys.argv[2], "w").close()
	while not os.path.exists(sys.argv[3]):
	    time.sleep(0.05)
	for i in range(50):
	    meet(near)
	    time.sleep(0.02)
	time.sleep(60)
	END
for far in 100 5000; do
	start idle$far mended "$rules" "$PYTHON" "$T/idle.py" $far "$T/met$far" "$T/go"
done

# watch_wakes NAME: how often the program's watch task has woken so far. There
# is one other task, and no timer.
watch_wakes()
{
	wakes_pid=$(pid_of "$1")
	same "tasks of $1" 2 "$(ls "/proc/$wakes_pid/task" | wc -l)"
	same "timers of $1" "" "$(cat "/proc/$wakes_pid/timers")"
	for task in "/proc/$wakes_pid/task"/*; do
		[ "${task##*/}" = "$wakes_pid" ] ||
			awk '/^voluntary/ { print $2 }' "$task/status"
	done
}

for far in 100 5000; do
	wait_until 60 test -e "$T/met$far" || fail "no $far connections"
done
pause 500 # the task has taken the last of them
few=$(watch_wakes idle100)
many=$(watch_wakes idle5000)
sleep 3
few=$(($(watch_wakes idle100) - few))
many=$(($(watch_wakes idle5000) - many))
within idle-watch-wake-ups "$few" "wake-ups of the watch task in 3 s, 100 far deadlines"
within idle-watch-wake-ups "$many" "wake-ups of the watch task in 3 s, 5000 far deadlines"

few=$(watch_wakes idle100)
many=$(watch_wakes idle5000)
: >"$T/go"
ended_50()
{
	[ "$(events | grep -c idle-ended)" = 100 ]
}
wait_until 60 ended_50 || fail "not 50 deadlines in each: $(events | tail -n 3)"
few=$(($(watch_wakes idle100) - few))
many=$(($(watch_wakes idle5000) - many))
[ "$few" -ge 10 ] || fail "only $few wake-ups for 50 deadlines"
within due-watch-wake-ups "$few" "wake-ups of the watch task for 50 deadlines beside 100 far ones"
within due-watch-wake-ups "$many" "wake-ups of the watch task for 50 deadlines beside 5000 far ones"
stop idle100
stop idle5000
all_within
