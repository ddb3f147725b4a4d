#!/bin/sh
# Far deadlines wait for one another: the watch task does not wake for each
# connection. (Each is looked at twice: at its timeout, and a tick later.)
. "$(dirname "$0")/../lib/cost.sh"
connections=2000

start crowd mended 'rule "quiet" { idle { timeout = 16500ms } }' \
	"$P/crowd" come $connections 16500
pid=$(pid_of crowd)

# The task is gone with its last deadline: what was read last counts.
wakes=0
look()
{
	for task in "/proc/$pid/task"/*; do
		[ "${task##*/}" != "$pid" ] || continue
		seen=$(awk '/^voluntary/ { print $2 }' "$task/status" 2>/dev/null)
		wakes=${seen:-$wakes}
	done
	ended crowd
}
wait_until 120 look || fail "crowd has not ended"
reap crowd || fail "crowd failed"
read -r _ earliest _ <"$T/crowd.out"
[ "$earliest" -ge -10000 ] || fail "ended early: $(cat "$T/crowd.out")"
within far-watch-wake-ups "$wakes" "idle, $connections deadlines 1 ms apart: wake-ups of the watch task"
[ "$wakes" -ge 100 ] || fail "only $wakes wake-ups: not all were looked at"
all_within
