#!/bin/sh
# The library is missing, empty, of another machine or word size, or not for
# this user to read: the program runs as it does bare, and it is said why it
# is not mended.
. "$(dirname "$0")/../lib/test.sh"
script="tcp4 bind 127.0.0.1:0 listen 5 get SO_KEEPALIVE close"
rules='rule "all" { keepalive { idle = 5s } }'
# shellcheck disable=SC2086
bare=$("$P/sock" $script | sed 's/:[0-9]*//')
library=$T/libsockmend.so
SOCKMEND_POLICY=$(cat "$(policy "$rules")")
export SOCKMEND_POLICY

# runs WHAT WHY [COMMAND…]
runs()
{
	what=$1 why=$2
	shift 2
	# shellcheck disable=SC2086
	"$@" env LD_PRELOAD="$library" "$P/sock" $script \
		>"$T/said" 2>"$T/complaints"
	same "$what: exit status" 0 $?
	same "$what: as bare" "$bare" "$(sed 's/:[0-9]*//' "$T/said")"
	has "$what: why" "$T/complaints" \
		"object '$library' from LD_PRELOAD cannot be preloaded \($why"
	same "$what: no journal" "" "$(ls "$SOCKMEND_RUNDIR")"
}

# patched OFFSET BYTE: the library with another byte in its ELF header.
patched()
{
	rm -f "$library"
	{
		head -c "$1" "$B/libsockmend.so"
		# shellcheck disable=SC2059
		printf "$2"
		tail -c +$(($1 + 2)) "$B/libsockmend.so"
	} >"$library"
}

runs missing 'cannot open shared object file'
: >"$library"
runs empty 'file too short'
patched 4 '\001'
runs "another word size" 'wrong ELF class'
patched 18 '\363' # RISC-V
runs "another machine" 'cannot open shared object file'
patched 0 '#'
runs "no library" 'invalid ELF header'
rm "$library"
ln -s "$library" "$library"
runs "a circle of links" 'cannot open shared object file'
rm "$library"
mkdir "$library"
runs "a directory" 'cannot read file data'
rmdir "$library"
if [ "$(id -u)" = 0 ] && setpriv --reuid 65534 --clear-groups \
	test -x "$P/sock" 2>/dev/null; then
	cp "$B/libsockmend.so" "$library"
	chmod 600 "$library"
	runs "not for this user" 'cannot open shared object file' \
		setpriv --reuid 65534 --clear-groups
fi

# The wrapper has no library beside it: its own failure, with the path.
mkdir -p "$T/alone/bin"
cp "$B/sockmend" "$B/sockmendctl" "$T/alone/bin"
"$T/alone/bin/sockmend" true 2>"$T/complaints"
same "the wrapper, without a library" 125 $?
has "it says so" "$T/complaints" 'libsockmend.so: the library is not there'
