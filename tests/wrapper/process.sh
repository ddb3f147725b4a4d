#!/bin/sh
# sockmend becomes the program: same process, nothing left behind, and what
# a process inherits is inherited.
. "$(dirname "$0")/../lib/test.sh"
. "$(dirname "$0")/shells.sh"

# What a process has from its parent, but for the environment.
cat >"$T/inherited" <<'END'
#!/bin/sh
cd -P . 2>/dev/null && pwd
umask
ulimit -n
grep -E '^(SigBlk|SigIgn|SigCgt|Groups|NoNewPrivs):' /proc/self/status
ls -l /proc/self/fd | sed -n 's/.* \([0-9]* -> \)/\1/p' |
	grep -v -e '/proc/' -e 'pipe:' | sort
END
chmod +x "$T/inherited"

cat >"$T/open-many" <<'END'
import os, sys
for fd in range(4, 24, 2):
	os.dup2(os.open("/dev/zero", os.O_RDONLY), fd)
os.execvp(sys.argv[1], sys.argv[1:])
END

open_many()
{
	"$PYTHON" "$T/open-many" "$@" ls -l /proc/self/fd |
		sed -n 's/.* \([0-9]* -> \)/\1/p' | grep -v -e /proc/ -e pipe:
}

# inherited BEFORE: the same with and without sockmend after these commands.
inherited()
{
	bare=$(eval "$1"; exec "$T/inherited")
	# shellcheck disable=SC2086
	with=$(eval "$1"; exec $shell "$B/sockmend" "$T/inherited")
	[ -n "$bare" ] || fail "$1: nothing to compare"
	same "$shell: $1" "$bare" "$with"
}

all()
{
	same "$shell: the process is the same" yes "$(sh -c '
		echo $$; exec "$@"' sh $shell "$B/sockmend" sh -c 'echo $$' |
		{ read -r a && read -r b && [ "$a" = "$b" ] && echo yes; })"
	same "$shell: it has no children" '' \
		"$(sockmend sh -c 'read -r children </proc/$$/task/$$/children
			echo "$children"')"
	inherited :
	inherited 'cd /usr/lib; umask 027; ulimit -n 77'
	inherited "trap '' INT HUP QUIT TERM PIPE CHLD USR1"
	inherited 'exec 3</dev/null 9</dev/full'
	# Shells put descriptors of their own from 10 on.
	# shellcheck disable=SC2086
	same "$shell: descriptors from 10 on" "$(open_many)" \
		"$(open_many $shell "$B/sockmend")"
	inherited 'exec </dev/null'
	inherited 'exec <&-'
	# bash leaves its script where stderr was: read-only, so writes fail too.
	[ "${shell%% *}" = bash ] || inherited 'exec 2>&-'
	same "$shell: stdin is the program's" hello \
		"$(echo hello | sockmend cat)"
	same "$shell: with stdout closed" 4 "$(sockmend sh -c 'exit 4' >&-; echo $?)"
	same "$shell: with all closed" 4 \
		"$(sockmend sh -c 'exit 4' <&- >&- 2>&-; echo $?)"
	mkdir "$T/gone"
	same "$shell: in a directory that is gone" 4 "$(cd "$T/gone" &&
		rmdir "$T/gone" && sockmend sh -c 'exit 4' 2>/dev/null; echo $?)"
}

in_each_shell all
