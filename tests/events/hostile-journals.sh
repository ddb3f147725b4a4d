#!/bin/sh
# Journals that are truncated, forged or no files at all are named on stderr
# and passed over; what is well is still shown, and nothing is followed.
. "$(dirname "$0")/../lib/test.sh"
needs valgrind
journal()
{
	"$P/journal" "$T/run" "$@" >/dev/null || fail "journal $*"
}

journal 4101 well 10
journal 4102 truncated truncated 20
journal 4103 shorter head-only 20
journal 4104 version version-2 20
journal 4105 magic magic 20
journal 4106 tickets 20 wild-tickets
journal 4107 torn 40 torn 50
journal 4108 junk junk
: >"$T/run/4109-1.journal"
mkfifo "$T/run/4110-1.journal"
mkdir "$T/run/4111-1.journal"
mkdir "$T/elsewhere"
link=$("$P/journal" "$T/elsewhere" 4112 linked 60)
ln -s "$link" "$T/run/4112-1.journal"
ln -s /dev/zero "$T/run/4113-1.journal"
truncate -s 1T "$T/run/4114-1.journal"
head -c 400000 /dev/urandom >"$T/run/4115-1.journal"
echo text >"$T/run/notes"
cp "$T/run/4101-4102.journal" "$T/run/0-1.journal"
cp "$T/run/4101-4102.journal" "$T/run/1-99999999999999999999.journal"

timeout $((20 * PATIENCE)) "$B/sockmendctl" events >"$T/text" 2>"$T/err"
same "no failure" 0 $?
has "the well one" "$T/text" 'well\[4101\].*: 10$'
has "before a torn one" "$T/text" 'torn\[4107\].*: 40$'
has "after a torn one" "$T/text" 'torn\[4107\].*: 50$'
lacks "what is linked" "$T/text" 'linked'
same "one of each" '1 2' "$(grep -c 'well' "$T/text") $(grep -c torn "$T/text")"
for skipped in '4102-4103.*truncated' '4103-4104.*truncated' \
	'4104-4105.*another version' '4105-4106.*not a journal' \
	'4110-1.*not a regular file' '4111-1.*not a regular file' \
	'4112-1.*symbolic links' '4113-1.*symbolic links' \
	'4115-1.*not a journal'; do
	has "a word on each" "$T/err" "$skipped"
done
lacks "a file being made is nothing to speak of" "$T/err" '4109'
LC_ALL=C grep -qa '[[:cntrl:]]' "$T/text" && fail "control bytes"
valgrind -q --error-exitcode=9 --leak-check=full "$B/sockmendctl" events --json \
	>"$T/json" 2>"$T/valgrind" || fail "valgrind"
lacks "valgrind" "$T/valgrind" '^=='
same "each line of JSON is one object" 0 "$(grep -avc '^{.*}$' "$T/json")"

# A directory that others may write in is not where journals are.
chmod 777 "$T/run"
same "an open directory" '' "$(events 2>/dev/null)"
chmod 700 "$T/run"
if [ "$(id -u)" = 0 ]; then
	chown 65534 "$T/run/4101-4102.journal"
	events >"$T/text" 2>"$T/err"
	lacks "somebody else's file" "$T/text" well
	has "somebody else's file" "$T/err" "4101-4102.*somebody else's file"
	chown 65534 "$T/run"
	same "somebody else's directory" '' "$(events 2>/dev/null)"
fi
