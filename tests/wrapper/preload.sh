#!/bin/sh
# LD_PRELOAD is joined, never replaced: ours first, theirs kept, ours once.
. "$(dirname "$0")/../lib/test.sh"
. "$(dirname "$0")/shells.sh"
library=$("$B/sockmendctl" libpath sh)
file=$("$B/sockmendctl" libpath)
echo 'int x;' >"$T/x.c"
gcc -shared -fPIC -o "$T/theirs.so" "$T/x.c" || skip "no shared libraries"
cp "$T/theirs.so" "$T/more.so"

# preload GIVEN ARGUMENT…: what the program finds.
preload()
{
	given=$1
	shift
	LD_PRELOAD=$given sockmend "$@" sh -c 'echo "$LD_PRELOAD"'
}

all()
{
	theirs=$T/theirs.so more=$T/more.so
	same "$shell: none" "$library" "$(preload '')"
	same "$shell: one" "$library:$theirs" "$(preload "$theirs")"
	same "$shell: two" "$library:$theirs $more" "$(preload "$theirs $more")"
	same "$shell: ours there" "$theirs:$library" "$(preload "$theirs:$library")"
	same "$shell: after a space" "$theirs $library" \
		"$(preload "$theirs $library")"
	same "$shell: twice" "$library" "$(preload '' "$B/sockmend" -n)"
	same "$shell: thrice, and theirs" "$library:$theirs" \
		"$(preload "$theirs" "$B/sockmend" "$B/sockmend")"
	same "$shell: nested, the inner policy holds" 1 "$(sockmend \
		-r 'keepalive { idle = 9s }' "$B/sockmend" -r 'keepalive { idle = 8s }' \
		sh -c 'printf %s "$SOCKMEND_POLICY"' | grep -c 'idle=[89]000')"
}

in_each_shell all
"$B/sockmend" cat /proc/self/maps >"$T/maps"
same "it is mapped into the program" yes \
	"$(grep -qF "$file" "$T/maps" && echo yes)"
