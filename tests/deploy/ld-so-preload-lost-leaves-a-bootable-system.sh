#!/bin/sh
# /etc/ld.so.preload names a library that is gone, empty, of another machine
# or no library: the system boots, programs run, and each says why it is not
# mended, until the line is taken away. Half a library ends them all: the way
# out that the manual names is from outside.
furnish()
{
	echo "$PREFIX/lib/sockmend/libsockmend.so" >"$UPPER/etc/ld.so.preload"
	rm "$UPPER$PREFIX/lib/sockmend/libsockmend.so"
}
. "$(dirname "$0")/../lib/booted.sh"
library=$PREFIX/lib/sockmend/libsockmend.so

# says WHY: programs run, and say so.
says()
{
	inside sh -c 'cat /etc/hostname && dpkg -s dash >/dev/null && perl -e 1' \
		>"$T/said" 2>"$T/complaints" || fail "$1: it does not run"
	same "it runs" "$(cat /etc/hostname)" "$(cat "$T/said")"
	has "it says why" "$T/complaints" \
		"object '$library' from /etc/ld.so.preload cannot be preloaded \($1\): ignored"
	inside systemctl is-active -q machine.target || fail "$1: not up"
}

# put FILE: as any upgrade has to, under its name at once.
put()
{
	inside sh -c "mkdir -p ${library%/*}; cat >$library.new &&
		mv $library.new $library" <"$1" 2>/dev/null
}

says 'cannot open shared object file'
: >"$T/empty"
put "$T/empty"
says 'file too short'
printf '#!/bin/sh\nexit 0\n%0100d' 0 >"$T/script"
put "$T/script"
says 'invalid ELF header'
# e_machine is that of aarch64.
{
	head -c 18 "$B/libsockmend.so"
	printf '\267\0'
	tail -c +21 "$B/libsockmend.so"
} >"$T/arm"
put "$T/arm"
says 'cannot open shared object file'

inside sh -c ': >/etc/ld.so.preload' 2>/dev/null
inside sh -c 'cat /etc/hostname; dpkg -s dash >/dev/null' 2>"$T/complaints" \
	>/dev/null
same "silence" "" "$(cat "$T/complaints")"

head -c 20000 "$B/libsockmend.so" >"$T/half"
put "$T/half"
echo "$library" | inside sh -c 'cat >/etc/ld.so.preload'
inside true 2>/dev/null && fail "half a library does no harm: say so"
: >"/proc/$INIT/root/etc/ld.so.preload"
inside true || fail "it is not healed from outside"
