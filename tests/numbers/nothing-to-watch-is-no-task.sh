#!/bin/sh
# Where no connection has a deadline there is no task and no timer: a server that
# only listens, a connection whose rule does not watch, a client long closed.
. "$(dirname "$0")/../lib/cost.sh"
watching='rule "w" { idle { timeout = 1h } close_wait { after = 1h } }'

start listens mended "$watching" "$P/sock" tcp4 bind 127.0.0.1:0 listen 5 stay
start kept mended 'rule "k" { keepalive { idle = 60s } eof { } errors = eof }' \
	"$P/crowd" memory 50 60000
start watched mended "$watching" "$P/crowd" memory 50 60000

# tasks_and_timers NAME: but its first task.
tasks_and_timers()
{
	echo $(($(ls "/proc/$(pid_of "$1")/task" | wc -l) - 1 +
		$(grep -c '^ID' "/proc/$(pid_of "$1")/timers")))
}

connected()
{
	[ "$(ls "/proc/$(pid_of "$1")/fd" | wc -l)" -gt 100 ]
}
soon "it listens" "$T/listens.out" "^listen 5 = 0"
for name in kept watched; do
	wait_until 30 connected $name || fail "$name: no connections"
done
same "a rule that watches has its task" 1 "$(tasks_and_timers watched)"
within no-watch-tasks "$(tasks_and_timers listens)" "tasks and timers, a listener without connections"
within no-watch-tasks "$(tasks_and_timers kept)" "tasks and timers, connections nobody watches"
for name in listens kept watched; do
	stop $name
done
all_within
