#!/bin/sh
# Every variable of ours empty, over-long, hostile: the program does what it
# does bare, and no control byte of theirs reaches a terminal.
. "$(dirname "$0")/../lib/test.sh"

script="tcp4 bind 127.0.0.1:0 listen 5 state"
# shellcheck disable=SC2086
bare=$("$P/sock" $script)
rules='log = stderr rule "all" { keepalive { idle = 5s } eof { } idle { timeout = 1h } }'
good=$(policy "$rules")
# A newline, an escape, a bell, DEL, and the two of C1 that terminals obey.
hostile=$(printf 'a\nb\033[31m\007\177\233\302\233z')
mkdir "$T/else"
cd "$T/else" || exit 1

# try NAME VALUE: with that one variable, the others well.
try()
{
	# shellcheck disable=SC2086
	env LD_PRELOAD="$B/libsockmend.so" SOCKMEND_POLICY="$good" "$1=$2" \
		"$P/sock" $script >"$T/said" 2>"$T/complaints"
	same "$1, $3: exit status" 0 $?
	same "$1, $3: what it saw" "$bare" "$(cat "$T/said")"
	LC_ALL=C tr -d '\n -~' <"$T/complaints" >"$T/control"
	same "$1, $3: control bytes on stderr" "" "$(od -An -c "$T/control")"
	"$B/sockmendctl" events >"$T/events" 2>&1
	LC_ALL=C tr -d '\t\n -~' <"$T/events" >"$T/control"
	same "$1, $3: control bytes in the events" "" "$(od -An -c "$T/control")"
	between "$1, $3: lines on stderr" 0 2 "$(wc -l <"$T/complaints")"
	same "$1, $3: nothing beside us" "" "$(ls -A .)"
}

long=$(head -c 100000 /dev/zero | tr '\0' x)
slashed=/$(head -c 100000 /dev/zero | tr '\0' /)
ln -s "$T/run" "$T/link"
ln -s "$T/circle" "$T/circle"
for name in POLICY MODE LOG RUNDIR APP; do
	name=SOCKMEND_$name
	try $name "" empty
	try $name "$long" "100 000 bytes"
	try $name "$slashed" "100 000 slashes"
	try $name "$hostile" "control bytes"
	try $name "/$hostile" "a path of control bytes"
	try $name "$T/$hostile" "a path of control bytes that could be made"
	rm -rf "$T/$hostile"
	try $name a/relative/path "a relative path"
	try $name .. ".."
	try $name / "the root"
	try $name "$T/link" "a link"
	try $name "$T/circle" "a circle of links"
	try $name /dev/null "a device"
	try $name '%s%n%s%n' "a format"
	try $name "	 " blanks
	try $name "MEND" "a word in capitals"
done
try XDG_RUNTIME_DIR "$hostile" "control bytes"
try SOCKMEND_NOT_OURS x "an unknown one"

# A name rules can see, and a bad word that says what is allowed.
rules='log = none rule "mine" { program = "the camera" keepalive { idle = 5s } }'
SOCKMEND_APP="the camera" mended_sock "$rules" tcp4 listen 5 get SO_KEEPALIVE >"$T/said"
has "SOCKMEND_APP names it" "$T/said" 'SO_KEEPALIVE 1'
SOCKMEND_MODE=fast mended_sock "$rules" tcp4 listen 5 2>"$T/complaints"
same "a bad mode" "sockmend: SOCKMEND_MODE = fast: mend|observe|off; the program runs unmended" \
	"$(grep -v '^tcp4\|^listen' "$T/complaints")"
