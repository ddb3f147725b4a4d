#!/bin/sh
# In a container where a piece is missing the program runs as it did, and why it
# is not mended stands on its standard error and in `status` outside.
. "$(dirname "$0")/../lib/contained.sh"

# is_unmended WHY STDERR STATUS
is_unmended()
{
	boxed unmended $SERVE stay
	soon "$1: it runs" "$T/unmended.out" '^get SO_KEEPALIVE 0'
	"$B/sockmendctl" status "$(box_pid unmended)" >"$T/status" 2>&1
	stop unmended KILL
	same "$1: lines on stderr" 1 "$(grep -c . "$T/unmended.err")"
	has "$1: it is said" "$T/unmended.err" "$2"
	has "$1: it is seen outside" "$T/status" "$3"
}

mv "$BOX/etc/sockmend/policy" "$BOX/policy"
is_unmended "no policy" 'policy: no such file; the program runs unmended' \
	'/etc/sockmend/policy: no such file'
sed 's/60000/60001/' "$BOX/policy" >"$BOX/etc/sockmend/policy"
is_unmended "a damaged policy" 'the program runs unmended' 'nobody can tell its rules'
mv "$BOX/policy" "$BOX/etc/sockmend/policy"
box_more=SOCKMEND_MODE=of is_unmended "a word for nothing" 'SOCKMEND_MODE = of' 'SOCKMEND_MODE'
rm "$BOX$BOX_LIBRARY"
is_unmended "no library" "object '$BOX_LIBRARY' .*ignored" 'not mended'
printf '\177ELF\1\1\1' | dd of="$BOX$BOX_LIBRARY" conv=notrunc 2>/dev/null
truncate -s 64 "$BOX$BOX_LIBRARY"
is_unmended "a library that is none" "object '$BOX_LIBRARY' .*ignored" 'not mended'
