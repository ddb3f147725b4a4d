#!/bin/sh
# Process 1 of a container without a shell, /proc, /run, /tmp or a locale; also on
# a read-only root, with a locale nobody has, and in a user namespace without a
# mapping: mended, which is seen from inside and from outside. It prints what it
# printed bare.
. "$(dirname "$0")/../lib/contained.sh"

# is_mended WHERE
is_mended()
{
	boxed mended $SERVE stay
	soon "$1: it runs" "$T/mended.out" '^get SO_KEEPALIVE'
	bare_box bare $SERVE stay
	soon "$1: it runs bare" "$T/bare.out" '^get SO_KEEPALIVE 0'
	same "$1: what it printed" "$(sed 's/ALIVE 0/ALIVE 1/' "$T/bare.out")" \
		"$(cat "$T/mended.out")"
	has "$1: it says so" "$T/mended.err" \
		'^sockmend: sock\[1\] fd 3 options-set rule all .*SO_KEEPALIVE=1'
	"$B/sockmendctl" status "$(box_pid mended)" >"$T/status" 2>&1
	has "$1: seen from outside" "$T/status" 'sock	4	all	established	connect'
	stop mended KILL
	stop bare KILL
}

is_mended "an empty root"
box_more="LANG=de_DE.UTF-8 LC_ALL=zh_CN.GB18030" is_mended "no such locale"
box_option=-u is_mended "no mapping of users"
before_it="mount --bind $BOX $BOX && mount -o remount,ro,bind $BOX"
is_mended "a read-only root"
