#!/bin/sh
# A program without sockets makes the system calls it makes under an empty
# preloaded library, and not one more; no journal is left behind.
. "$(dirname "$0")/../lib/test.sh"
. "$(dirname "$0")/../lib/trace.sh"
needs cc strace

echo 'int nothing;' >"$T/empty.c"
cc -shared -fPIC -o "$T/empty.so" "$T/empty.c" -Wl,--no-as-needed \
	-L"$B/stub" -l:libdl.so.2 || fail "no empty library"

# all_calls LIBRARY PROGRAM…: every system call under it, comparable.
all_calls()
{
	library=$1
	shift
	rm -f "$T/trace"
	strace -f -qq -o "$T/trace" -E LD_PRELOAD="$library" \
		-E SOCKMEND_POLICY="$(cat "$(policy 'rule "all" { eof { }
		idle { timeout = 10ms } ephemeral_port = yes }')")" "$@" \
		</dev/null >/dev/null 2>"$T/strace.err" || fail "strace $*: $(cat "$T/strace.err")"
	sed 's/^[0-9]* *//; s/(.*//' "$T/trace"
}

printf 'a\nb\n' >"$T/text"
for program in "/bin/true" "/bin/cat $T/text" "/bin/ls $T" "/usr/bin/sort $T/text" \
	"/bin/sh -c /bin/true;/bin/cat<$T/text|/usr/bin/wc" "/usr/bin/awk {print} $T/text"; do
	# shellcheck disable=SC2086
	all_calls "$T/empty.so" $program >"$T/empty.calls"
	# shellcheck disable=SC2086
	all_calls "$B/libsockmend.so" $program >"$T/ours.calls"
	case $program in
	*'|'*) # tasks interleave
		sort -o "$T/empty.calls" "$T/empty.calls"
		sort -o "$T/ours.calls" "$T/ours.calls"
		;;
	esac
	same "$program" "$(cat "$T/empty.calls")" "$(cat "$T/ours.calls")"
done
same "no journal" "" "$(ls "$SOCKMEND_RUNDIR")"
number "program without sockets: 0 system calls over an empty preload (bound 0)"
