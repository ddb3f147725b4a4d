#!/bin/sh
# Whatever -c names, compile says what it wants instead, at once: it neither
# hangs nor ends on libconfuse's way, and prints nothing on standard output.
. "$(dirname "$0")/../lib/system.sh"

says "nowhere.conf: want a readable file: No such file or directory" "$CTL" compile -c nowhere.conf
says "/: want a regular file" "$CTL" compile -c /
says "/dev/zero: want a regular file" "$CTL" compile -c /dev/zero
says "/dev/null: want a regular file" "$CTL" compile -c /dev/null

mkfifo fifo
says "fifo: want a regular file" timeout $((10 * PATIENCE)) "$CTL" compile -c fifo

ln -s loop loop
says "loop: want a readable file: Too many levels of symbolic links" "$CTL" compile -c loop

head -c 65536 /dev/zero | tr '\0' '\n' >full
same "64 KB are read" "" "$(rules -c full)"
echo >>full
says "full: want at most 65536 bytes" "$CTL" compile -c full

: >anybody
chmod 666 anybody
says "anybody: want a file not everybody may write to" \
	"$CTL" compile -c anybody

printf 'mode = mend\n\0' >nul
says "nul:2: a NUL byte: want text" "$CTL" compile -c nul
printf '\357\273\277' >bom
says "bom:1: a byte order mark: want text without it" "$CTL" compile -c bom

says "include.conf:2: include = \"fifo\": want a regular file" sh -c '
	printf "\ninclude(\"fifo\")" >include.conf
	exec timeout $((10 * PATIENCE)) "$0" compile -c include.conf' "$CTL"

[ "$(id -u)" = 0 ] || exit 0
: >foreign
chown 65533 foreign
says "foreign: want a file that root owns, or you" "$CTL" compile -c foreign
: >closed
chmod 600 closed
chmod 711 .
says "closed: want a readable file: Permission denied" setpriv --reuid 65534 --clear-groups \
	--inh-caps=-all "$CTL" compile -c closed
