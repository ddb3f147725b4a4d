#!/bin/sh
# Nobody of that name: one line, status 1. Called wrongly: status 2.
. "$(dirname "$0")/../lib/test.sh"
try()
{
	"$B/sockmendctl" "$@" >"$T/try.out" 2>"$T/try.err"
	echo $?
}

for command in suggest doctor; do
	same "$command of nobody" 1 "$(try $command no-such-program)"
	has "it says who" "$T/try.err" '^sockmendctl: no-such-program: no such process( of this user.s)? runs here$'
	same "no number" 1 "$(try $command 2147483646)"
	has "it says who" "$T/try.err" '^sockmendctl: 2147483646: no such process'
	same "nothing is printed" "" "$(cat "$T/try.out")"
	same "$command of two" 2 "$(try $command 1 2)"
	same "an unknown option" 2 "$(try $command --nonsense 1)"
	escape=$(printf 'a\033[2Jb')
	same "a strange name" 1 "$(try $command "$escape")"
	same "no control byte" "" "$(tr -d '\n[:print:]' <"$T/try.err")"
done
same "suggest of nothing" 2 "$(try suggest)"
for time in 0 off -1 nonsense 5ms 2d ''; do
	same "--time $time" 2 "$(try suggest --time "$time" 1)"
	has "what is wanted" "$T/try.err" '^sockmendctl: --time: want 10ms-1d$'
done
same "--silence" 2 "$(try suggest --silence x 1)"

# Somebody else's program is not nobody.
[ "$(id -u)" = 0 ] || skip "the rest needs root"
cp "$B/sockmendctl" "$T/tool" && chmod 755 "$T" "$T/tool" || fail cp
start other sleep 60
as_nobody()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups "$T/tool" "$1" "$(pid_of other)" >"$T/try.out" 2>"$T/try.err"
	echo $?
}

setpriv --reuid=65534 --regid=65534 --clear-groups "$T/tool" version >/dev/null 2>&1 ||
	skip "nobody cannot run it here"
for command in suggest doctor; do
	same "$command of another user's" 1 "$(as_nobody $command)"
	has "why" "$T/try.err" 'may not be looked into: ask as its user, or as root$'
done
