#!/bin/sh
# Counters go on when a ring overwrites events and when journals are removed;
# what nobody read in time is said to be lost.
. "$(dirname "$0")/../lib/test.sh"
journal()
{
	"$P/journal" "$T/run" "$@" >/dev/null || fail "journal $*"
}

# count EVENT: the sum over all rules and programs.
count()
{
	awk -v event="event=\"$1\"" 'index($0, "sockmend_events_total{" event) {
		n += $NF } END { print n + 0 }' "$T/out"
}

lost()
{
	awk '/^sockmend_events_lost_total/ { n += $NF } END { print n + 0 }' "$T/out"
}

metrics()
{
	"$B/sockmendctl" metrics --output "$T/out" || fail "metrics"
}

# shellcheck disable=SC2046
journal 4101 busy $(seq 1 1000)
metrics
same "all there are" '1000 0' "$(count idle-ended) $(lost)"
metrics
same "once" '1000 0' "$(count idle-ended) $(lost)"
# shellcheck disable=SC2046
journal 4101 busy $(seq 1 2000)
metrics
same "a ring that went round" '2000 0' "$(count idle-ended) $(lost)"
rm "$T"/run/*.journal
metrics
same "a journal that was removed" '2000 0' "$(count idle-ended) $(lost)"
# shellcheck disable=SC2046
journal 4102 busy $(seq 1 1500)
metrics
same "lost is said" 476 "$(lost)"
same "what was read is counted" 3500 "$(count idle-ended)"
# shellcheck disable=SC2046
journal 4102 busy $(seq 1 1501) rule=other 1502
metrics
same "once again" 476 "$(lost)"
has "another rule" "$T/out" 'rule="other",program="busy",mode="mend",uid="[0-9]+"} 1$'

# Without a directory for journals there is nothing, and none is made.
same "nowhere" 0 "$(SOCKMEND_RUNDIR=$T/nowhere "$B/sockmendctl" metrics |
	sed -n 's/^sockmend_journals //p')"
[ ! -e "$T/nowhere" ] || fail "looking makes a directory"

# Standard output alone reads the same ledger and leaves it as it is.
journal 4103 quiet 1 2 3
before=$(cat "$T/run/metrics.ledger")
"$B/sockmendctl" metrics >"$T/out"
has "what is new" "$T/out" 'program="quiet",mode="mend",uid="[0-9]+"} 3$'
has "what was there" "$T/out" 'rule="other",program="busy",mode="mend",uid="[0-9]+"} 1$'
same "nothing written" "$before" "$(cat "$T/run/metrics.ledger")"

# A torn event holds nothing up, and is lost when it stays torn.
journal 4104 torn 1 torn torn 2
metrics
has "around it" "$T/out" 'program="torn",mode="mend",uid="[0-9]+"} 2$'
has "it is lost" "$T/out" '^sockmend_events_lost_total\{program="torn",uid="[0-9]+"\} 2$'
metrics
has "once" "$T/out" '^sockmend_events_lost_total\{program="torn",uid="[0-9]+"\} 2$'

# Nobody can claim a number of events he has not got room for.
journal 4105 liar 5 wild-tickets
"$B/sockmendctl" metrics --output "$T/out" 2>"$T/err"
has "a liar is named" "$T/err" '4105-4106.*damaged'
lacks "and not believed" "$T/out" liar

# A damaged ledger is said and made anew from the journals there are.
for damage in 's/^total 4 1 [0-9]*/total 4 1 77777777/' '$d' \
	'1s/1/2/' '2s/.*/total 99 9 x/'; do
	cp "$T/run/metrics.ledger" "$T/kept"
	sed -i "$damage" "$T/run/metrics.ledger"
	"$B/sockmendctl" metrics --output "$T/out" 2>"$T/err"
	same "damage $damage: no failure" 0 $?
	has "damage $damage: said" "$T/err" 'metrics.ledger: damaged'
	has "counted anew" "$T/out" 'program="quiet",mode="mend",uid="[0-9]+"} 3$'
done
ln -sf "$T/kept" "$T/run/metrics.ledger"
"$B/sockmendctl" metrics --output "$T/out" >"$T/log" 2>"$T/err"
has "a link is no ledger" "$T/err" 'metrics.ledger: '
