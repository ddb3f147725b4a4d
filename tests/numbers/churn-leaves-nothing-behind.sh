#!/bin/sh
# 10 000 connections that came and went leave no memory, no descriptor and no
# wake-up behind; what was closed before its deadline is dropped in passing, and
# with the last of them the watch task is gone.
. "$(dirname "$0")/../lib/cost.sh"
[ "$(ulimit -Hn)" -ge 10300 ] || skip "no process may have 10 300 descriptors"

# watch_wakes NAME: how often its watch task has woken; nothing: there is none.
watch_wakes()
{
	for task in "/proc/$(pid_of "$1")/task"/*; do
		[ "${task##*/}" = "$(pid_of "$1")" ] ||
			awk '/^voluntary/ { print $2 }' "$task/status" 2>/dev/null
	done
}

# The second closes 5 000 at once, long before their deadlines: until then they
# stay in the heap.
start hour mended 'rule "all" { idle { timeout = 1h } close_wait { after = 1h } eof { } }' \
	"$P/crowd" churn 10000 60000
start closed mended 'rule "all" { idle { timeout = 3s } }' "$P/crowd" churn 10000 60000 5000
soon "10 000 came and went" "$T/hour.out" descriptors
soon "10 000 came and went" "$T/closed.out" descriptors

before=$(watch_wakes closed)
wakes=$before
gone()
{
	seen=$(watch_wakes closed)
	wakes=${seen:-$wakes}
	[ -z "$seen" ]
}
pause 500
asleep=$(watch_wakes hour)
sleep 2
within idle-watch-wake-ups $(($(watch_wakes hour) - asleep)) \
	"wake-ups of the watch task in 2 s after 10 000 connections"
read -r _ descriptors _ bytes <"$T/hour.out"
within churn-descriptors "$descriptors" "descriptors left by 10 000 connections"
within churn-bytes "$bytes" "bytes left by 10 000 connections"

wait_until 60 gone || fail "the watch task stays for nothing"
within closed-watch-wake-ups $((${wakes:-0} - ${before:-0})) \
	"wake-ups of the watch task for 10 000 connections closed before their deadlines"
stop hour
stop closed
all_within
