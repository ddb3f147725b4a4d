#!/bin/sh
# User-space instructions a call costs over bare, by callgrind, as the
# difference between two loop counts.
. "$(dirname "$0")/../lib/cost.sh"
needs valgrind

# over CALL BOUND: $watched and $other, tenths of instructions over bare. How
# often the watch task wakes while two connections are made is chance, and falls
# into one of two runs: a call that costs too much does so every time.
over()
{
	for _ in 1 2 3 4 5; do
		base=$(per_call bare "$P/cost" "$1")
		watched=$(($(per_call counted_mended "$rules_watched" "$P/cost" "$1") - base))
		other=$(($(per_call counted_mended "$rules_other" "$P/cost" "$1") - base))
		[ $watched -gt "$2" ] || [ $other -gt "$2" ] || break
	done
}

dear=
for call in read recv recvfrom readv recvmsg recvmmsg; do
	over $call 120
	number "instructions over bare, $call: $(tenths $watched) watched," \
		"$(tenths $other) unwatched (bound 12)"
	[ $watched -le 120 ] && [ $other -le 120 ] || dear="$dear $call"
done
for call in send write poll epoll_wait; do
	over $call 0
	number "instructions over bare, $call: $(tenths $watched) (bound 0)"
	[ $watched -le 0 ] || dear="$dear $call"
done
[ -z "$dear" ] || fail "over the bound:$dear
$(cat "$T/numbers")"
