#!/bin/sh
# Journals that are truncated, forged, links or no files at all are named once
# and passed over; 10 000 stale ones cost little; what somebody made of the
# collector's own files does no harm.
. "$(dirname "$0")/../lib/test.sh"
needs valgrind strace
journal()
{
	"$P/journal" "$T/run" "$@" >/dev/null || fail "journal $*"
}

journal 4101 well 10
journal 4102 truncated truncated 20
journal 4103 shorter head-only 20
journal 4104 version version-2 20
journal 4105 magic magic 20
journal 4106 liar 20 wild-tickets
journal 4107 torn 40 torn 50
journal 4108 junk junk
: >"$T/run/4109-1.journal"
mkfifo "$T/run/4110-1.journal"
mkdir "$T/run/4111-1.journal" "$T/elsewhere"
link=$("$P/journal" "$T/elsewhere" 4112 linked 60)
ln -s "$link" "$T/run/4112-1.journal"
ln -s /dev/zero "$T/run/4113-1.journal"
truncate -s 1T "$T/run/4114-1.journal"
head -c 400000 /dev/urandom >"$T/run/4115-1.journal"
mkfifo "$T/run/collect.ledger"

start collect bare valgrind -q --error-exitcode=9 --leak-check=full \
	"$B/sockmendctl" collect --file "$T/log" --metrics "$T/prom" --interval 50ms
soon "what is well" "$T/log" 'well\[4101\].*: 10$'
soon "behind a torn one" "$T/log" 'torn\[4107\].*: 50$'
soon "a ledger that is none: said" "$T/collect.err" 'collect.ledger: not a regular file'
# A file that shrinks while it is followed.
: >"$T/run/4101-4102.journal"
journal 4116 later 70
soon "what comes later" "$T/log" 'later\[4116\].*: 70$'
kill -TERM "$(pid_of collect)"
reap_within 30 collect || fail "a failure, or a leak"
has "in the metrics" "$T/prom" '^sockmend_journals_unreadable [1-9]'
lacks "valgrind" "$T/collect.err" '^=='
lacks "what is linked" "$T/log" 'linked'
lacks "what is claimed" "$T/prom" '[0-9]{12,}$'
for skipped in '4102-4103.*truncated' '4104-4105.*another version' \
	'4105-4106.*not a journal' '4106-4107.*damaged' \
	'4110-1.*not a regular file' '4112-1.*symbolic links'; do
	same "named once: $skipped" 1 "$(grep -Ec "$skipped" "$T/collect.err")"
done
LC_ALL=C grep -qa '[^[:print:]]' "$T/log" && fail "control bytes"

# 10 000 stale journals, most of them bad.
rm -rf "$T/run"
mkdir -m 700 "$T/run"
seq -f "$T/run/%.0f-5.journal" 4000001 4010000 | xargs touch
seq -f "$T/run/%.0f-6.journal" 4000001 4000100 |
	while read -r file; do echo junk >"$file"; done
journal 4101 well 10
start collect traced "$T/trace" openat,rt_sigtimedwait bare "$B/sockmendctl" collect \
	--file "$T/log2" --interval 100ms
soon "what is well among them" "$T/log2" 'well\[4101\].*: 10$'
soon "not every one is named" "$T/collect.err" 'more journals cannot be read'
between "lines" 2 30 "$(wc -l <"$T/collect.err")"
# Looked at less and less often.
rounds()
{
	[ "$(grep -c rt_sigtimedwait "$T/trace")" -ge 20 ]
}
wait_until 60 rounds || fail "no 20 rounds"
stop collect
opened=$(grep -c 'openat.*"4[0-9]*-[56]\.journal"' "$T/trace")
between "stale journals opened in 20 rounds and more" 10000 $((10000 *
	$(grep -c rt_sigtimedwait "$T/trace") / 2)) "$opened"
number "collect over 10 000 stale journals: $((opened / 10000)) looks at each in" \
	"$(grep -c rt_sigtimedwait "$T/trace") rounds (bound half of them)"
