#!/bin/sh
# A plain user sees processes of his own alone. Who is named and is somebody
# else's, not mended, or gone, is named in turn, and the status is 1.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/status.sh"
[ "$(id -u)" = 0 ] || skip "needs root, to be two users"
needs setpriv
chmod 755 "$T" && mkdir -m 700 "$T/nobody" && chown 65534:65534 "$T/nobody"
rules='rule "r" { eof { } }'
policy "$rules" >/dev/null
nobody()
{
	$exec setpriv --reuid 65534 --regid 65534 --clear-groups \
		env SOCKMEND_RUNDIR="$T/nobody" "$@"
}
nobody true 2>/dev/null || skip "nobody can be another user here"
nobody test -x "$B/sockmendctl" || skip "the build tree is closed to others"

start roots mended_sock "$rules" tcp4 bind $HERE:5000 listen 1 stay
start theirs nobody env LD_PRELOAD="$B/libsockmend.so" \
	SOCKMEND_POLICY="$(cat "$(policy "$rules")")" "$P/sock" tcp4 bind $HERE:5001 listen 1 stay
start bare sock tcp4 bind $HERE:5002 listen 1 stay
await_listener 5000
await_listener 5001
await_listener 5002

status --program "$APP"
same "root sees both" "$(printf '%s\n' "$(pid_of roots)" "$(pid_of theirs)" | sort -n)" \
	"$(sed 1d "$T/status" | cut -f 1 | sort -n)"
nobody "$B/sockmendctl" status --program "$APP" >"$T/status" 2>"$T/status.err" ||
	fail "nobody: $?"
same "nobody sees his" "$(pid_of theirs)" "$(sed 1d "$T/status" | cut -f 1)"
nobody "$B/sockmendctl" status "$(pid_of roots)" >"$T/status" 2>"$T/status.err"
same "root's, for nobody" 1 $?
has "root's, for nobody" "$T/status.err" "process $(pid_of roots): Permission denied"
same "root's, for nobody" "" "$(sed 1d "$T/status")"

status "$(pid_of bare)"
same "not mended" 1 $?
has "not mended" "$T/status.err" "\\[$(pid_of bare)\\]: not mended"
stop bare
status "$(pid_of bare)" "$(pid_of roots)"
same "gone" 1 $?
has "gone" "$T/status.err" "process $(pid_of bare): there is none"
cell "the other one" STATE listen "$HERE:5000"
status --json "$(pid_of bare)"
same "gone, JSON" "process $(pid_of bare): there is none" "$(ask_json 'whole["notes"][0]')"

# Processes come and go while it looks.
(
	while [ -e "$T/roots.pid" ]; do
		LD_PRELOAD="$B/libsockmend.so" "$P/sock" tcp4 bind $HERE:0 listen 1 >/dev/null
	done
) &
crowd=$!
started="$started $crowd"
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	status --program "$APP" || fail "with others coming and going: $?"
	cell "run $i" STATE listen "$HERE:5000"
	lacks "run $i" "$T/status.err" 'No such|nobody can tell|policy: \)'
done
kill "$crowd"
