#!/bin/sh
# In a pipe: no colour, the same every time. On a terminal: coloured unless
# NO_COLOR, and no line longer than it is wide, 20 columns too, but for words
# that are longer. What well programs show only --all shows.
. "$(dirname "$0")/../lib/doctor.sh"
"$B/sockmendctl" doctor >"$T/pipe" || fail "doctor: $?"
same "no control byte" "" "$(tr -d '\n[:print:]' <"$T/pipe")"
lacks "short lines" "$T/pipe" '.{79}'
has "a head" "$T/pipe" '^note: net\.ipv4\.tcp_keepalive_time = 7200$'
has "its rule" "$T/pipe" '^    # rule: keepalive \{ idle = 60s'
has "its risk" "$T/pipe" '^    risk: '
lacks "no value is lowered" "$T/pipe" 'sysctl: .*keepalive_time'
lacks "well is not shown" "$T/pipe" '^ok:'
"$B/sockmendctl" doctor --all >"$T/all"
has "but by --all" "$T/all" '^ok: '

# on_terminal WIDTH COMMAND…: what it draws there.
on_terminal()
{
	columns=$1
	shift
	rm -f "$T/drawn"
	"$PYTHON" "$TOP/tests/lib/on_terminal.py" "${columns}x24" "$T/drawn" -- "$@" >"$T/terminal.out" ||
		fail "width $columns: $(cat "$T/terminal.out")"
	tr -d '\r' <"$T/drawn"
}

for width in 1 20 37 80 200; do
	on_terminal $width "$B/sockmendctl" doctor >"$T/colours"
	has "coloured" "$T/colours" "$(printf '\033')"
	sed "s/$(printf '\033')\[[0-9;]*m//g" "$T/colours" >"$T/plain"
	[ $width != 1 ] || width=20
	awk -v width=$width 'length > width && NF > 1 { print }' "$T/plain" >"$T/long"
	same "width $width: too long" "" "$(cat "$T/long")"
	same "width $width: the words are the same" "$(tr -s ' \n' '\n' <"$T/pipe")" \
		"$(tr -s ' \n' '\n' <"$T/plain")"
done
NO_COLOR=1 on_terminal 80 "$B/sockmendctl" doctor >"$T/plain"
same "NO_COLOR" "" "$(tr -d '\n[:print:]' <"$T/plain")"
