#!/bin/sh
# In a pipe: no colour, the same every time. On a terminal: coloured unless
# NO_COLOR, and no line longer than it is wide, 20 columns too, but for words
# that are longer. What well programs show only --all shows.
. "$(dirname "$0")/../lib/doctor.sh"
"$B/sockmendctl" doctor >"$T/pipe" || fail "doctor: $?"
same "no control byte" "" "$(tr -d '\n[:print:]' <"$T/pipe")"
lacks "short lines" "$T/pipe" '.{79}'
has "a head" "$T/pipe" '^note: net\.ipv4\.tcp_keepalive_time = 7200$'
has "its rule" "$T/pipe" '^    rule: keepalive \{ idle = 60s'
has "its sysctl" "$T/pipe" '^    sysctl: net\.ipv4\.tcp_keepalive_time=300$'
lacks "well is not shown" "$T/pipe" '^ok:'
"$B/sockmendctl" doctor --all >"$T/all"
has "but by --all" "$T/all" '^ok: '

cat >"$T/on-terminal.py" <<'END'
import fcntl, os, pty, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    size = struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0)
    fcntl.ioctl(1, termios.TIOCSWINSZ, size)
    os.execvp(sys.argv[2], sys.argv[2:])
text = b""
try:
    while chunk := os.read(terminal, 65536):
        text += chunk
except OSError:
    pass
sys.stdout.buffer.write(text.replace(b"\r\n", b"\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
for width in 1 20 37 80 200; do
	"$PYTHON" "$T/on-terminal.py" $width "$B/sockmendctl" doctor >"$T/colours" || fail "width $width"
	has "coloured" "$T/colours" "$(printf '\033')"
	sed "s/$(printf '\033')\[[0-9;]*m//g" "$T/colours" >"$T/plain"
	[ $width != 1 ] || width=20
	awk -v width=$width 'length > width && NF > 1 { print }' "$T/plain" >"$T/long"
	same "width $width: too long" "" "$(cat "$T/long")"
	same "width $width: the words are the same" "$(tr -s ' \n' '\n' <"$T/pipe")" \
		"$(tr -s ' \n' '\n' <"$T/plain")"
done
NO_COLOR=1 "$PYTHON" "$T/on-terminal.py" 80 "$B/sockmendctl" doctor >"$T/plain"
same "NO_COLOR" "" "$(tr -d '\n[:print:]' <"$T/plain")"
