#!/bin/sh
# collect --file appends lines as events prints them; opens its file again when
# it was renamed or removed, and on SIGHUP; on a full disk says so once, leaves
# no half line, and goes on when there is room.
. "$(dirname "$0")/../lib/mounts.sh"
export TZ=UTC
mkdir /run/log
own_place /run/log size=1m
log=/run/log/sockmend.log
journal()
{
	"$P/journal" "$T/run" "$@" >/dev/null || fail "journal $*"
}

details()
{
	sed 's/.*: //; s/ (E[A-Z]*)$//' "$1" | xargs
}

start collect bare "$B/sockmendctl" collect --file "$log" --interval 50ms
journal 4101 camsrv 10 20
soon "two lines" "$log" ': 20$'
same "as events prints them" "$(events)" "$(cat "$log")"
mv "$log" "$log.1"
journal 4101 camsrv 10 20 30
soon "a new file" "$log" ': 30$'
rm "$log"
journal 4101 camsrv 10 20 30 40
soon "and again" "$log" ': 40$'
same "nothing twice" '40' "$(details "$log")"

# copytruncate, as logrotate(8) calls it.
: >"$log"
journal 4101 camsrv 10 20 30 40 50
soon "from its start" "$log" '^2001.*: 50$'

# On SIGHUP the file is another one although the name is the same: a new
# file system over it.
own_place /run/log size=1m
kill -HUP "$(pid_of collect)"
journal 4101 camsrv 10 20 30 40 50 60
soon "after SIGHUP" "$log" ': 60$'

# A full disk.
dd if=/dev/zero of=/run/log/filler bs=1k count=2000 2>/dev/null
# shellcheck disable=SC2046
journal 4102 busy $(seq 100 1000)
soon "said" "$T/collect.err" 'sockmend.log: No space left on device; events wait'
pause 300 # six rounds
same "said once" 1 "$(grep -c 'No space' "$T/collect.err")"
lacks "whole lines alone" "$log" '^2001.*[^0-9)]$'
same "the last byte ends a line" '' "$(tail -c 1 "$log")"
rm /run/log/filler
soon "well again" "$T/collect.err" 'sockmend.log: well again'
soon "all of it" "$log" ': 1000$'
same "each once, in order" "60 $(seq 100 1000 | xargs)" "$(details "$log")"
stop collect
same "no complaint but these" 2 "$(wc -l <"$T/collect.err")"

# No trap is stepped into.
echo victim >"$T/victim"
mkdir -m 1777 "$T/tmp"
ln -s "$T/victim" "$T/tmp/log"
ln "$T/victim" "$T/tmp/hard"
for trap in "$T/tmp/log" "$T/tmp/hard" /dev/full "$T/run"; do
	journal 4103 trapped 10
	start trapped bare "$B/sockmendctl" collect --file "$trap" --interval 50ms \
		--state "$T/run/trapped.ledger"
	soon "$trap: said" "$T/trapped.err" "$(quoted "$trap"): .*; events wait"
	stop trapped
done
same "the victim" victim "$(cat "$T/victim")"
