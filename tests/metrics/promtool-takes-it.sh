#!/bin/sh
# Prometheus' own tool takes what metrics prints, whatever names programs and
# rules give themselves; an event is counted under its word, rule and program.
. "$(dirname "$0")/../lib/test.sh"
needs promtool
journal()
{
	"$P/journal" "$T/run" "$@" >/dev/null || fail "journal $*"
}

metrics()
{
	"$B/sockmendctl" metrics "$@"
}

# sample WHAT LINE: this very line is there.
sample()
{
	grep -Fxq -- "$2" "$T/metrics" && return
	fail "$(printf '%s\n  wanted: %s\n  got:\n' "$1" "$2"; cat "$T/metrics")"
}

metrics >"$T/metrics" || fail "without journals"
promtool check metrics <"$T/metrics" || fail "promtool, without journals"

journal 4101 camsrv 10 20 30 rule=meters event=eof-spin 40 would 50
journal 4102 camsrv 60
journal 4103 'a "b\c
d' rule='x}"y' 70
journal 4104 "$(printf 'bad\377\376utf')" 80
journal 4105 "$(printf 'bad\376\377utf')" 90
journal 4106 kamerá rule=größe 95
journal 4107 later event=none-of-ours 99
journal 4108 junk junk
journal 4109 broken truncated 20
metrics >"$T/metrics" 2>"$T/metrics.err" || fail "metrics"
promtool check metrics <"$T/metrics" || fail "promtool: $(cat "$T/metrics")"
sample "two processes of one name are one program" \
	'sockmend_events_total{event="idle-ended",rule="cameras",program="camsrv",mode="mend",uid="'"$(id -u)"'"} 4'
sample "a rule and a word" \
	'sockmend_events_total{event="eof-spin",rule="meters",program="camsrv",mode="mend",uid="'"$(id -u)"'"} 1'
sample "what was only observed" \
	'sockmend_events_total{event="eof-spin",rule="meters",program="camsrv",mode="observe",uid="'"$(id -u)"'"} 1'
sample "quotes, backslashes and newlines" \
	'sockmend_events_total{event="idle-ended",rule="x}\"y",program="a \"b\\c?d",mode="mend",uid="'"$(id -u)"'"} 1'
sample "no UTF-8" \
	'sockmend_events_total{event="idle-ended",rule="cameras",program="bad??utf",mode="mend",uid="'"$(id -u)"'"} 2'
sample "UTF-8" \
	'sockmend_events_total{event="idle-ended",rule="größe",program="kamerá",mode="mend",uid="'"$(id -u)"'"} 1'
sample "a later version's event" \
	'sockmend_events_total{event="unknown",rule="cameras",program="later",mode="mend",uid="'"$(id -u)"'"} 1'
sample "journals" 'sockmend_journals 9'
sample "journals that cannot be read" 'sockmend_journals_unreadable 1'
has "and which" "$T/metrics.err" '4109-4110.journal: truncated; skipped'

# Others may be told on standard output alone.
"$B/sockmendctl" metrics --nonsense 2>/dev/null
same "wrong use" 2 $?
"$B/sockmendctl" metrics operand 2>/dev/null
same "an operand" 2 $?
"$B/sockmendctl" metrics >/dev/full 2>"$T/full"
same "a full disk is said" 1 $?
