#!/bin/sh
# A program without sockets makes the system calls it makes under an empty
# preloaded library, and not one more; no journal is left behind.
. "$(dirname "$0")/../lib/test.sh"
. "$(dirname "$0")/../lib/trace.sh"
needs cc strace

echo 'char *nothing = "at all";' >"$T/empty.c"
needed=$(readelf -d "$B/libsockmend.so" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/-l:\1/p')
# shellcheck disable=SC2086
cc -shared -fPIC -nostdlib -o "$T/empty.so" "$T/empty.c" -L"$B/stub" \
	-Wl,--no-as-needed $needed || fail "no empty library"

# all_calls LIBRARY PROGRAM…: every system call under it, comparable.
all_calls()
{
	library=$1
	shift
	rm -f "$T"/trace.*
	strace -ff -qq -e signal=none -o "$T/trace" -E LD_PRELOAD="$library" \
		-E SOCKMEND_POLICY="$(cat "$(policy 'rule "all" { eof { }
		idle { timeout = 10ms } ephemeral_port = yes }')")" "$@" \
		</dev/null >/dev/null 2>"$T/strace.err" || fail "strace $*: $(cat "$T/strace.err")"
	# How many pieces a library is mapped in is the loader's affair, and
	# when a child's end is told the scheduler's.
	cat $(ls -tr "$T"/trace.*) | sed 's/(.*//' | grep -v '^mmap$\|^mprotect$\|^rt_sigreturn$'
}

printf 'a\nb\n' >"$T/text"
for program in "/bin/true" "/bin/cat $T/text" "/bin/ls $T" "/usr/bin/sort $T/text" \
	"/bin/sh -c /bin/true;/bin/cat<$T/text;/usr/bin/wc<$T/text" "/usr/bin/awk {print} $T/text"; do
	# shellcheck disable=SC2086
	all_calls "$T/empty.so" $program >"$T/empty.calls"
	# shellcheck disable=SC2086
	all_calls "$B/libsockmend.so" $program >"$T/ours.calls"
	diff -u "$T/empty.calls" "$T/ours.calls" >"$T/diff" || fail "$program: $(cat "$T/diff")"
done
same "no journal" "" "$(ls "$SOCKMEND_RUNDIR")"
number "program without sockets: 0 system calls over an empty preload (bound 0)"
