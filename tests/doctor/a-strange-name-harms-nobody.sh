#!/bin/sh
# A program whose name is full of escapes: the terminal never sees them, and
# JSON stays JSON.
. "$(dirname "$0")/../lib/doctor.sh"
name=$(printf 'a\033[2J"\\b')
cp "$P/sock" "$T/$name" || fail cp
start strange bare "$T/$name" tcp4 bind $HERE:5000 listen 5 accept stay
await_listener 5000
peer "$P/sock" tcp4 connect $HERE:5000 close >/dev/null
finds "in JSON" 'in CLOSE_WAIT = 1 '
"$B/sockmendctl" doctor >"$T/text"
has "in text" "$T/text" '^note: a\?\[2J"\\b\[[0-9]+\], in CLOSE_WAIT = 1'
same "no control byte" "" "$(tr -d '\n[:print:]' <"$T/text")"
"$B/sockmendctl" doctor "$(pid_of strange)" >"$T/text"
same "no control byte" "" "$(tr -d '\n[:print:]' <"$T/text")"
