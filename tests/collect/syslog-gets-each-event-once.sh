#!/bin/sh
# collect --syslog hands each event on once, in order; what happens while
# nobody listens waits in the journals; a restart repeats nothing.
. "$(dirname "$0")/../lib/mounts.sh"
needs python3
export TZ=UTC
journal()
{
	"$P/journal" "$T/run" "$@" >/dev/null || fail "journal $*"
}

listen()
{
	start "$1" "$PYTHON" "$TOP/tests/lib/witness.py" /dev/log
	soon "the witness" "$T/$1.out" listening
}

collect()
{
	start "$1" bare "$B/sockmendctl" collect --syslog --interval 50ms
}

details()
{
	sed -n 's/.*: //p' "$T/$1.out" | xargs
}

journal 4101 camsrv 40
collect early
soon "nobody listens: said" "$T/early.err" 'syslog at /dev/log: .*events wait in their journals'
listen first
soon "what waited" "$T/first.out" ': 40$'
soon "and that it is well" "$T/early.err" 'syslog at /dev/log: well again'
same "said once each" 2 "$(wc -l <"$T/early.err")"
has "as syslog(3) would write it" "$T/first.out" \
	"^<30>Jan  1 00:00:00 sockmend\[$(pid_of early)\]: camsrv\[4101\] fd 7 idle-ended rule cameras 10\.0\.0\.1:5000: 40\$"
journal 4102 second 46
journal 4101 camsrv 40 42
soon "the next" "$T/first.out" ': 42$'
soon "of another process" "$T/first.out" ': 46$'

# The daemon is restarted; the collector is, too.
stop first
journal 4101 camsrv 40 42 50
soon "gone: said" "$T/early.err" 'wait in their journals'
listen second
soon "the third" "$T/second.out" ': 50$'
kill -TERM "$(pid_of early)"
reap_within 20 early || fail "it did not end well"
journal 4101 camsrv 40 42 50 60
collect late
soon "what came meanwhile" "$T/second.out" ': 60$'
journal 4103 evil "70
<0>forged"
soon "the last" "$T/second.out" '70\?<0>forged'
same "each once" '50 60 70?<0>forged' "$(details second)"

# A collector that is killed has lost nothing, and goes on where it was: where
# its ledger was last written, after each round.
written()
{
	grep -q '^journal 4103-[0-9]*\.journal 1 ' "$T/run/collect.ledger"
}
wait_until 20 written || fail "the ledger is not kept"
kill -KILL "$(pid_of late)"
reap late 2>/dev/null
journal 4101 camsrv 40 42 50 60 80
collect again
soon "after the kill" "$T/second.out" ': 80$'
same "each once" '50 60 70?<0>forged 80' "$(details second)"

# There is one collector.
"$B/sockmendctl" collect --syslog 2>"$T/two.err"
same "a second one" 1 $?
has "is refused" "$T/two.err" 'collect.ledger: kept by another process'
