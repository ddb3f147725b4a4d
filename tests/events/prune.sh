#!/bin/sh
# Of dead processes the last 64 journals stay; of living ones all; and nothing
# else in the directory is touched.
. "$(dirname "$0")/../lib/test.sh"
sh -c 'exit 0' &
dead=$!
wait $dead
for i in $(seq 100 179); do
	: >"$T/run/$dead-$i.journal"
done
for i in $(seq 10 20); do
	: >"$T/run/$$-$i.journal"
done
mkdir "$T/elsewhere"
: >"$T/elsewhere/file"
ln -s "$T/elsewhere/file" "$T/run/$dead-1.journal"
: >"$T/run/$dead-1.journal.old"
: >"$T/run/notes"

"$B/sockmendctl" events --prune || fail "events --prune"
same "64 of the dead" 64 "$(ls "$T/run" | grep -c "^$dead-.*\.journal\$")"
same "the newest" "$dead-116.journal $dead-179.journal" "$(ls "$T/run" |
	grep "^$dead-.*\.journal\$" | sed -n '1p;$p' | xargs)"
same "all of the living" 11 "$(ls "$T/run" | grep -c "^$$-")"
same "nothing else" "$dead-1.journal.old notes" \
	"$(ls "$T/run" | grep -v '\.journal$' | xargs)"
[ -e "$T/elsewhere/file" ] || fail "a link was followed"
"$B/sockmendctl" events --prune
same "nothing more" 64 "$(ls "$T/run" | grep -c "^$dead-.*\.journal\$")"
