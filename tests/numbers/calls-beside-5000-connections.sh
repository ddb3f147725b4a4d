#!/bin/sh
# A call costs as many instructions with 5 000 watched connections open in the
# process as with one.
. "$(dirname "$0")/../lib/cost.sh"
needs valgrind
[ "$(ulimit -Hn)" -ge 13000 ] || skip "no process may have 13 000 descriptors"
ulimit -n "$(ulimit -Hn)"
times=1000

# per_call_beside CALL OPEN: tenths of an instruction.
per_call_beside()
{
	echo $(($(collected the_calls counted_mended "$rules_watched" \
		"$P/cost" "$1" $times "$2") * 10 / times))
}

for call in read recv send accept close; do
	one=$(per_call_beside $call 1)
	many=$(per_call_beside $call 5000)
	[ $call != accept ] || accept=$many
	[ "$one" -ge 100 ] || fail "$call: only $(tenths "$one") instructions"
	within call-instructions-beside-5000 "$(tenths $((many - one)))" \
		"instructions of $call beside 5000 connections, over beside one ($(tenths "$one"))"
done
within accept-instructions-watched "$(tenths "$accept")" \
	"instructions of an accept under a rule that watches, all"
all_within
